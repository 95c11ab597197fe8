-- What organizers grant one team in one phase, with the reason.
CREATE TABLE "PhaseException" (
  "phaseId" UUID NOT NULL,
  "teamId" UUID NOT NULL,
  "closesAt" TIMESTAMPTZ(3),
  "moreTotal" INTEGER NOT NULL DEFAULT 0,
  "morePerDay" INTEGER NOT NULL DEFAULT 0,
  "reason" TEXT NOT NULL,
  "grantedBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "PhaseException_pkey" PRIMARY KEY ("phaseId", "teamId"),
  CONSTRAINT "PhaseException_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "PhaseException_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "PhaseException_teamId_idx" ON "PhaseException"("teamId");
GRANT SELECT, INSERT, UPDATE, DELETE ON "PhaseException" TO heldout_site;
