-- What organizers keep from starting: the queued evaluations of a phase, of a team, or one alone.
CREATE TABLE "Hold" (
  "id" UUID NOT NULL,
  "challengeId" UUID NOT NULL,
  "phaseId" UUID,
  "teamId" UUID,
  "evaluationId" UUID,
  "reason" TEXT NOT NULL,
  "heldBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Hold_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Hold_of_one" CHECK (num_nonnulls("phaseId", "teamId", "evaluationId") = 1),
  CONSTRAINT "Hold_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Hold_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Hold_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Hold_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Hold_phaseId_key" ON "Hold"("phaseId");
CREATE UNIQUE INDEX "Hold_evaluationId_key" ON "Hold"("evaluationId");
CREATE UNIQUE INDEX "Hold_challengeId_teamId_key" ON "Hold"("challengeId", "teamId");
CREATE INDEX "Hold_teamId_idx" ON "Hold"("teamId");
GRANT SELECT, INSERT, DELETE ON "Hold" TO heldout_site;
-- A team that merges into another takes its hold along.
GRANT UPDATE ("teamId") ON "Hold" TO heldout_site;
GRANT SELECT ON "Hold" TO heldout_runner;

-- Organizers ask a runner to take no new work; it reads this with each report.
ALTER TABLE "Runner" ADD COLUMN "drainRequestedAt" TIMESTAMPTZ(3);
ALTER TABLE "Runner" ADD COLUMN "drainRequestedBy" TEXT;
GRANT UPDATE ("drainRequestedAt", "drainRequestedBy") ON "Runner" TO heldout_site;
