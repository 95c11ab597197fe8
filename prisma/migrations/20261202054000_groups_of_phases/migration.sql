-- AlterTable
ALTER TABLE "Phase"
  ADD COLUMN "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "groupLimits" JSONB NOT NULL DEFAULT '[]';
