-- Copies of public leaderboards under permanent links. Nobody can change or delete one.
CREATE TABLE "PermanentRanking" (
  "id" TEXT NOT NULL,
  "phaseId" UUID NOT NULL,
  "checksum" TEXT NOT NULL,
  "content" BYTEA NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "PermanentRanking_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "PermanentRanking_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "PermanentRanking_checksum_key" ON "PermanentRanking"("checksum");
CREATE INDEX "PermanentRanking_phaseId_createdAt_idx" ON "PermanentRanking"("phaseId", "createdAt");
GRANT SELECT, INSERT ON "PermanentRanking" TO heldout_site;

-- A final ranking changes no more.
ALTER TABLE "RankingSnapshot" ADD COLUMN "frozenAt" TIMESTAMPTZ(3), ADD COLUMN "finalId" TEXT;
ALTER TABLE "RankingSnapshot"
  ADD CONSTRAINT "RankingSnapshot_finalId_fkey" FOREIGN KEY ("finalId") REFERENCES "PermanentRanking"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  ADD CONSTRAINT "RankingSnapshot_frozen_check" CHECK (("frozenAt" IS NULL) = ("finalId" IS NULL));
CREATE UNIQUE INDEX "RankingSnapshot_finalId_key" ON "RankingSnapshot"("finalId");
CREATE TRIGGER announce_frozen_change AFTER UPDATE OF "frozenAt" ON "RankingSnapshot"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
