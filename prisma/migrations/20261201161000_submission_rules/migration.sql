-- When and how often a team may submit.
ALTER TABLE "Phase" ADD COLUMN "submissionsAtOnce" INTEGER;
ALTER TABLE "Phase" ADD COLUMN "freeFailures" INTEGER NOT NULL DEFAULT 0;
-- Phases that exist promised their teams no grace.
ALTER TABLE "Phase" ADD COLUMN "graceMinutes" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Phase" ALTER COLUMN "graceMinutes" SET DEFAULT 60;
ALTER TABLE "Phase" ADD COLUMN "gate" JSONB;

-- The clock of a submission stops when its upload starts.
ALTER TABLE "Image" ADD COLUMN "startedAt" TIMESTAMPTZ(3);
UPDATE "Image" SET "startedAt" = "createdAt";
ALTER TABLE "Image" ALTER COLUMN "startedAt" SET NOT NULL, ALTER COLUMN "startedAt" SET DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "ModelArchive" ADD COLUMN "startedAt" TIMESTAMPTZ(3);
UPDATE "ModelArchive" SET "startedAt" = "createdAt";
ALTER TABLE "ModelArchive" ALTER COLUMN "startedAt" SET NOT NULL,
  ALTER COLUMN "startedAt" SET DEFAULT CURRENT_TIMESTAMP;
