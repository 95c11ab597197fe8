-- Mails are written in the transaction of what they are about, and sent by the site's background worker.
CREATE TYPE "MailState" AS ENUM ('QUEUED', 'SENT', 'FAILED', 'UNSENT');

CREATE TABLE "Mail" (
  "id" UUID NOT NULL,
  "to" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "state" "MailState" NOT NULL DEFAULT 'QUEUED',
  "content" BYTEA,
  "attempts" INTEGER NOT NULL DEFAULT 0,
  "error" TEXT,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMPTZ(3),
  "sentAt" TIMESTAMPTZ(3),
  CONSTRAINT "Mail_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Mail_state_createdAt_idx" ON "Mail"("state", "createdAt");
CREATE INDEX "Mail_createdAt_idx" ON "Mail"("createdAt");

CREATE TABLE "MailOptOut" (
  "email" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "MailOptOut_pkey" PRIMARY KEY ("email", "kind")
);

-- A runner sends no mail and knows no address.
GRANT SELECT, INSERT, UPDATE, DELETE ON "Mail" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "MailOptOut" TO heldout_site;
