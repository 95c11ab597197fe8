-- AlterTable
ALTER TABLE "Phase" ADD COLUMN     "acceptsMissingGeometry" BOOLEAN NOT NULL DEFAULT false;
