-- What the figures of a leaderboard show of its ranking, apart from the rows that every page reads.
ALTER TABLE "RankingSnapshot" ADD COLUMN "figures" JSONB;

-- Stored rankings have other rows now. They are computed again when they are read.
DELETE FROM "RankingSnapshot";
