-- A sealed test set that arrives in parts, so that an upload continues where it ended.
CREATE TABLE "TestSetUpload" (
    "id" UUID NOT NULL,
    "phaseId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "received" BIGINT NOT NULL DEFAULT 0,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TestSetUpload_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "TestSetUpload_received_of_bytes" CHECK ("received" BETWEEN 0 AND "bytes")
);
CREATE UNIQUE INDEX "TestSetUpload_phaseId_userId_key" ON "TestSetUpload"("phaseId", "userId");
CREATE INDEX "TestSetUpload_userId_idx" ON "TestSetUpload"("userId");
CREATE INDEX "TestSetUpload_updatedAt_idx" ON "TestSetUpload"("updatedAt");
ALTER TABLE "TestSetUpload" ADD CONSTRAINT "TestSetUpload_phaseId_fkey"
    FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TestSetUpload" ADD CONSTRAINT "TestSetUpload_userId_fkey"
    FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "TestSetUploadPart" (
    "uploadId" UUID NOT NULL,
    "at" BIGINT NOT NULL,
    "blob" TEXT NOT NULL,

    CONSTRAINT "TestSetUploadPart_pkey" PRIMARY KEY ("uploadId", "at")
);
CREATE INDEX "TestSetUploadPart_blob_idx" ON "TestSetUploadPart"("blob");
ALTER TABLE "TestSetUploadPart" ADD CONSTRAINT "TestSetUploadPart_uploadId_fkey"
    FOREIGN KEY ("uploadId") REFERENCES "TestSetUpload"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT, DELETE ON "TestSetUpload" TO heldout_site;
GRANT UPDATE ("received", "updatedAt") ON "TestSetUpload" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "TestSetUploadPart" TO heldout_site;
