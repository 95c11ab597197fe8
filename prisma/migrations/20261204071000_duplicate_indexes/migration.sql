-- Values that several attempts share are found in the indexes alone, in their order.
CREATE INDEX "Evaluation_imageDigest_submissionId_idx" ON "Evaluation"("imageDigest", "submissionId");
CREATE INDEX "Evaluation_outputMark_submissionId_idx" ON "Evaluation"("outputMark", "submissionId");
