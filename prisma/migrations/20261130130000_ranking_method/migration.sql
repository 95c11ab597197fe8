-- A phase says how the scores of the cases become ranks, and which average is shown.
CREATE TYPE "RankingMethod" AS ENUM ('AGGREGATE_THEN_RANK', 'RANK_THEN_AGGREGATE');
CREATE TYPE "Summary" AS ENUM ('MEAN', 'MEDIAN');
ALTER TABLE "Phase"
  ADD COLUMN "ranking" "RankingMethod" NOT NULL DEFAULT 'AGGREGATE_THEN_RANK',
  ADD COLUMN "summary" "Summary" NOT NULL DEFAULT 'MEAN';

-- What a metric over the set of cases is in each bootstrap replicate.
ALTER TABLE "Score" ADD COLUMN "replicates" BYTEA;

-- Stored rankings name a score "mean", whichever average it is now. They are computed again when they are read.
DELETE FROM "RankingSnapshot";
