-- An organizer's scorer: an image archive, signed with a key that the sealed test set names, so that a breached site
-- can't have the truth read by a scorer of its own.
CREATE TABLE "Scorer" (
  "id" UUID NOT NULL,
  "phaseId" UUID NOT NULL,
  "version" INTEGER NOT NULL,
  "fileName" TEXT NOT NULL,
  "bytes" BIGINT NOT NULL,
  "sha256" TEXT NOT NULL,
  "signature" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Scorer_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Scorer_phaseId_version_key" ON "Scorer"("phaseId", "version");
ALTER TABLE "Scorer" ADD CONSTRAINT "Scorer_phaseId_fkey"
  FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE;
GRANT SELECT, INSERT ON "Scorer" TO heldout_site;
GRANT SELECT ON "Scorer" TO heldout_runner;

-- Why the scorer failed, for organizers only; the evaluation waits in the queue until they import another.
ALTER TABLE "Evaluation" ADD COLUMN "scorerProblem" TEXT;
GRANT UPDATE ("scorerProblem") ON "Evaluation" TO heldout_runner;
