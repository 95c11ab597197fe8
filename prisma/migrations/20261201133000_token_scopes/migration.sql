-- What a token is for, and until when. Existing tokens keep all that they could do.
ALTER TABLE "ApiToken"
  ADD COLUMN "scopes" TEXT[] NOT NULL DEFAULT '{read,submit,organize}',
  ADD COLUMN "expiresAt" TIMESTAMPTZ(3);
ALTER TABLE "ApiToken" ALTER COLUMN "scopes" DROP DEFAULT;
