-- The time zone in which the dates of a phase are written and shown. They stay instants.
ALTER TABLE "Phase" ADD COLUMN "zone" TEXT NOT NULL DEFAULT 'UTC';
