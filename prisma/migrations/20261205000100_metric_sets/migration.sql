-- Metrics of a phase that its leaderboard can show by themselves.
ALTER TABLE "Phase" ADD COLUMN "metricSets" JSONB NOT NULL DEFAULT '[]';
