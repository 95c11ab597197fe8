-- Strata of the numbered cases of a test set, which an organizer gives to the site, and rankings on their cases.
ALTER TABLE "TestSet" ADD COLUMN "strata" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "RankingSnapshot" ADD COLUMN "strataVersion" INTEGER NOT NULL DEFAULT -1;
-- No stored ranking has strata yet.
UPDATE "RankingSnapshot" SET "strataVersion" = "scoresVersion";

CREATE TABLE "StratumRanking" (
  "phaseId" UUID NOT NULL,
  "stratum" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "content" JSONB NOT NULL,
  "computedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "StratumRanking_pkey" PRIMARY KEY ("phaseId", "stratum"),
  CONSTRAINT "StratumRanking_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "StratumRanking" TO heldout_site;
CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "StratumRanking"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
