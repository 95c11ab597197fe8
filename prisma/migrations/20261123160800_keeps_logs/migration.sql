-- AlterTable
ALTER TABLE "Phase" ADD COLUMN     "keepsLogs" BOOLEAN NOT NULL DEFAULT true;


-- AlterTable
ALTER TABLE "Phase" ADD COLUMN     "gpu" JSONB;
