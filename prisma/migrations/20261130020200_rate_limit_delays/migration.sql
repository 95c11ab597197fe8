-- When the last attempt was counted: the delay until the next one starts there.
ALTER TABLE "RateLimit" ADD COLUMN "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
