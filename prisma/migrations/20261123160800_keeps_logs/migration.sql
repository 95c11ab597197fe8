-- AlterTable
ALTER TABLE "Phase" ADD COLUMN     "keepsLogs" BOOLEAN NOT NULL DEFAULT true;

