-- Links in mails: each works once and until it expires, and only an HMAC of its token is stored.
CREATE TYPE "EmailLinkPurpose" AS ENUM ('SIGN_UP', 'RESET_PASSWORD', 'CHANGE_ADDRESS', 'SIGN_IN');

CREATE TABLE "EmailLink" (
  "id" UUID NOT NULL,
  "tokenHash" TEXT NOT NULL,
  "purpose" "EmailLinkPurpose" NOT NULL,
  "email" TEXT NOT NULL,
  "userId" UUID,
  "name" TEXT,
  "passwordHash" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "EmailLink_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "EmailLink_tokenHash_key" ON "EmailLink"("tokenHash");
CREATE INDEX "EmailLink_userId_idx" ON "EmailLink"("userId");
CREATE INDEX "EmailLink_expiresAt_idx" ON "EmailLink"("expiresAt");
ALTER TABLE "EmailLink" ADD CONSTRAINT "EmailLink_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
GRANT SELECT, INSERT, DELETE ON "EmailLink" TO heldout_site;

ALTER TABLE "User" ADD COLUMN "emailVerifiedAt" TIMESTAMPTZ(3);
