-- Algorithms of the organizers on leaderboards, by name and without a rank.
ALTER TYPE "SubmissionStanding" ADD VALUE 'BASELINE';
CREATE TABLE "Baseline" (
  "submissionId" UUID NOT NULL,
  "name" TEXT NOT NULL,
  "formerStanding" "SubmissionStanding" NOT NULL,
  "namedBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "Baseline_pkey" PRIMARY KEY ("submissionId"),
  CONSTRAINT "Baseline_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT, DELETE ON "Baseline" TO heldout_site;
GRANT SELECT ON "Baseline" TO heldout_runner;
GRANT UPDATE ("standing") ON "Submission" TO heldout_site;
