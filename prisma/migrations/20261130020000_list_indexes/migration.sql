-- Lists are read in pages, in the order of IDs.

DROP INDEX "Submission_teamId_idx";
DROP INDEX "Image_teamId_idx";
DROP INDEX "ModelArchive_teamId_idx";
CREATE INDEX "Submission_teamId_id_idx" ON "Submission" ("teamId", "id");
CREATE INDEX "Submission_imageId_idx" ON "Submission" ("imageId");
CREATE INDEX "Submission_modelId_idx" ON "Submission" ("modelId");
CREATE INDEX "Image_teamId_id_idx" ON "Image" ("teamId", "id");
CREATE INDEX "ModelArchive_teamId_id_idx" ON "ModelArchive" ("teamId", "id");
