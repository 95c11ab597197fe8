-- Who is disabled can't sign in, and their sessions and tokens are worth nothing.
ALTER TABLE "User" ADD COLUMN "disabledAt" TIMESTAMPTZ(3);

-- The name of the rule, so that administrators see how far each is used; who is counted stays a hash.
ALTER TABLE "RateLimit" ADD COLUMN "rule" TEXT NOT NULL DEFAULT '';
