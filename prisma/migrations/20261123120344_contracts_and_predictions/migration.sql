-- AlterTable
ALTER TABLE "Phase" ADD COLUMN     "keepsPredictionsDays" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "requiresGvisor" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "showsCaseScores" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "takesProbabilityMaps" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Submission" ADD COLUMN     "modelId" UUID;

-- AlterTable
ALTER TABLE "CaseScore" ADD COLUMN     "mapBlob" TEXT,
ADD COLUMN     "predictionBlob" TEXT,
ADD COLUMN     "undefinedMetrics" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "Runner" ADD COLUMN     "health" JSONB;

-- CreateTable
CREATE TABLE "ModelArchive" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelArchive_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ModelArchive_teamId_idx" ON "ModelArchive"("teamId");

-- AddForeignKey
ALTER TABLE "ModelArchive" ADD CONSTRAINT "ModelArchive_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "ModelArchive"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Model archives come and are read as images are. What a runner says of its health is its own column
-- ("Runner" is its table already); the name of a kept prediction is the runner's to write and to clear.
GRANT SELECT, INSERT ON "ModelArchive" TO heldout_site;
GRANT SELECT ON "ModelArchive" TO heldout_runner;
