-- A phase says how the scores of the cases become ranks.
CREATE TYPE "RankingMethod" AS ENUM ('AGGREGATE_THEN_RANK', 'RANK_THEN_AGGREGATE');
ALTER TABLE "Phase" ADD COLUMN "ranking" "RankingMethod" NOT NULL DEFAULT 'AGGREGATE_THEN_RANK';
