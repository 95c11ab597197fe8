-- Few of millions of cases keep their predictions, and runners look for expired ones all the time.
CREATE INDEX "CaseScore_kept_idx" ON "CaseScore" ("evaluationId", "caseIndex") WHERE "predictionBlob" IS NOT NULL;
