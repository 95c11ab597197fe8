-- Submissions of a team within a rolling window of hours.
ALTER TABLE "Phase" ADD COLUMN "submissionsRolling" INTEGER;
ALTER TABLE "Phase" ADD COLUMN "rollingHours" INTEGER NOT NULL DEFAULT 24;
