-- Submissions that organizers have given back: they use no quota any more.
CREATE TABLE "QuotaReturn" (
  "submissionId" UUID NOT NULL,
  "reason" TEXT NOT NULL,
  "returnedBy" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "QuotaReturn_pkey" PRIMARY KEY ("submissionId"),
  CONSTRAINT "QuotaReturn_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT ON "QuotaReturn" TO heldout_site;
