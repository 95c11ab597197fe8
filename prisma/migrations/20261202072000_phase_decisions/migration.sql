-- What organizers decide about the results of a phase in two steps: one requests it, and it is confirmed or withdrawn.
ALTER TABLE "Challenge" ADD COLUMN "requiresTwoOrganizers" BOOLEAN NOT NULL DEFAULT false;
CREATE TYPE "PhaseDecisionKind" AS ENUM ('FREEZE', 'UNFREEZE', 'REVEAL');
CREATE TYPE "DecisionOutcome" AS ENUM ('CONFIRMED', 'WITHDRAWN');
CREATE TABLE "PhaseDecision" (
  "id" UUID NOT NULL,
  "phaseId" UUID NOT NULL,
  "kind" "PhaseDecisionKind" NOT NULL,
  "requestedById" UUID NOT NULL,
  "needsTwo" BOOLEAN NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "outcome" "DecisionOutcome",
  "decidedById" UUID,
  "decidedAt" TIMESTAMPTZ(3),
  CONSTRAINT "PhaseDecision_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "PhaseDecision_decided_check" CHECK (num_nonnulls("outcome", "decidedById", "decidedAt") IN (0, 3)),
  CONSTRAINT "PhaseDecision_two_check" CHECK (NOT "needsTwo" OR "outcome" IS DISTINCT FROM 'CONFIRMED' OR "decidedById" <> "requestedById"),
  CONSTRAINT "PhaseDecision_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "PhaseDecision_requestedById_fkey" FOREIGN KEY ("requestedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "PhaseDecision_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "PhaseDecision_phaseId_idx" ON "PhaseDecision"("phaseId");
CREATE INDEX "PhaseDecision_requestedById_idx" ON "PhaseDecision"("requestedById");
CREATE INDEX "PhaseDecision_decidedById_idx" ON "PhaseDecision"("decidedById");
-- One waits at most.
CREATE UNIQUE INDEX "PhaseDecision_waiting_key" ON "PhaseDecision"("phaseId") WHERE "decidedAt" IS NULL;
GRANT SELECT, INSERT, UPDATE ("outcome", "decidedById", "decidedAt") ON "PhaseDecision" TO heldout_site;
