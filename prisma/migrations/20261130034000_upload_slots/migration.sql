-- CreateTable
CREATE TABLE "UploadSlot" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UploadSlot_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "UploadSlot_teamId_kind_idx" ON "UploadSlot"("teamId", "kind");

-- AddForeignKey
ALTER TABLE "UploadSlot" ADD CONSTRAINT "UploadSlot_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Only the site receives uploads.
GRANT SELECT, INSERT, UPDATE, DELETE ON "UploadSlot" TO heldout_site;
