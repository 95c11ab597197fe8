-- A second factor: a TOTP secret, encrypted with the site's secret, and recovery codes, of which only an HMAC is stored.
ALTER TABLE "User"
  ADD COLUMN "totpSecret" BYTEA,
  ADD COLUMN "totpConfirmedAt" TIMESTAMPTZ(3),
  ADD COLUMN "totpLastStep" INTEGER;
ALTER TABLE "User" ADD CONSTRAINT "User_totp_check" CHECK ("totpConfirmedAt" IS NULL OR "totpSecret" IS NOT NULL);

CREATE TABLE "RecoveryCode" (
  "id" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "codeHash" TEXT NOT NULL,
  CONSTRAINT "RecoveryCode_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "RecoveryCode_userId_codeHash_key" ON "RecoveryCode"("userId", "codeHash");
ALTER TABLE "RecoveryCode" ADD CONSTRAINT "RecoveryCode_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
GRANT SELECT, INSERT, DELETE ON "RecoveryCode" TO heldout_site;
