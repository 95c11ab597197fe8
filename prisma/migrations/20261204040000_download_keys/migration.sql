-- What people decrypt their downloads with. Everything of a key is derived from its secret, which is wrapped with the
-- site's data key. A replaced one stays, because the downloads that were made with it are marked by it.
CREATE TABLE "DownloadKey" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "secret" BYTEA NOT NULL,
    "dataKeyId" TEXT NOT NULL,
    "recipient" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replacedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DownloadKey_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "DownloadKey_userId_idx" ON "DownloadKey"("userId");
CREATE UNIQUE INDEX "DownloadKey_one_per_account" ON "DownloadKey"("userId") WHERE "replacedAt" IS NULL;
ALTER TABLE "DownloadKey" ADD CONSTRAINT "DownloadKey_userId_fkey"
    FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- In which form a download was made, and for which key.
CREATE TYPE "DownloadForm" AS ENUM ('PLAIN', 'AGE', 'AGE_PASSPHRASE', 'OPENSSL');
ALTER TABLE "Download" ADD COLUMN "form" "DownloadForm" NOT NULL DEFAULT 'PLAIN';
ALTER TABLE "Download" ADD COLUMN "keyId" UUID;
ALTER TABLE "Download" ADD CONSTRAINT "Download_keyId_fkey"
    FOREIGN KEY ("keyId") REFERENCES "DownloadKey"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Download" ADD CONSTRAINT "Download_encrypted_with_a_key" CHECK (("form" = 'PLAIN') = ("keyId" IS NULL));
CREATE INDEX "Download_keyId_idx" ON "Download"("keyId");

GRANT SELECT, INSERT ON "DownloadKey" TO heldout_site;
-- Wrapping it anew, and replacing it.
GRANT UPDATE ("secret", "dataKeyId", "replacedAt") ON "DownloadKey" TO heldout_site;
