-- Rankings are computed in the background and read from snapshots, and lists read stored counts.

ALTER TABLE "Phase" ADD COLUMN "scoresVersion" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "Evaluation"
  ADD COLUMN "scoredCases" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "failedCases" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "caseCodes" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

CREATE TABLE "CaseValues" (
  "evaluationId" UUID NOT NULL,
  "metric" TEXT NOT NULL,
  "values" BYTEA NOT NULL,
  CONSTRAINT "CaseValues_pkey" PRIMARY KEY ("evaluationId", "metric"),
  CONSTRAINT "CaseValues_evaluationId_fkey"
    FOREIGN KEY ("evaluationId") REFERENCES "Evaluation" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "RankingSnapshot" (
  "phaseId" UUID NOT NULL,
  "scoresVersion" INTEGER NOT NULL DEFAULT -1,
  "codeVersion" INTEGER NOT NULL DEFAULT 0,
  "key" TEXT NOT NULL DEFAULT '',
  "content" JSONB,
  "computedAt" TIMESTAMPTZ(3),
  "claimExpiresAt" TIMESTAMPTZ(3),
  CONSTRAINT "RankingSnapshot_pkey" PRIMARY KEY ("phaseId"),
  CONSTRAINT "RankingSnapshot_phaseId_fkey"
    FOREIGN KEY ("phaseId") REFERENCES "Phase" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "Submission_phaseId_id_idx" ON "Submission" ("phaseId", "id");
DROP INDEX "AuditEvent_challengeId_at_idx";
CREATE INDEX "AuditEvent_challengeId_id_idx" ON "AuditEvent" ("challengeId", "id");

-- Runners write scores; the site only derives rankings from them.
GRANT INSERT ON "CaseValues" TO heldout_runner;
GRANT UPDATE ("scoresVersion") ON "Phase" TO heldout_runner;
GRANT UPDATE ("scoredCases", "failedCases", "caseCodes") ON "Evaluation" TO heldout_runner;
GRANT SELECT ON "CaseValues" TO heldout_site;
GRANT SELECT, INSERT, UPDATE ON "RankingSnapshot" TO heldout_site;
