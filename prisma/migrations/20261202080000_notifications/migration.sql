-- CreateTable
CREATE TABLE "Notice" (
  "id" UUID NOT NULL,
  "key" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "content" JSONB NOT NULL,
  "dueAt" TIMESTAMPTZ(3) NOT NULL,
  "toldUpTo" UUID,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "doneAt" TIMESTAMPTZ(3),
  CONSTRAINT "Notice_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Notice_key_key" ON "Notice"("key");
CREATE INDEX "Notice_doneAt_dueAt_idx" ON "Notice"("doneAt", "dueAt");

CREATE TABLE "Notification" (
  "id" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "path" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "readAt" TIMESTAMPTZ(3),
  CONSTRAINT "Notification_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Notification_userId_id_idx" ON "Notification"("userId", "id");
CREATE INDEX "Notification_userId_readAt_idx" ON "Notification"("userId", "readAt");
CREATE INDEX "Notification_createdAt_idx" ON "Notification"("createdAt");
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "SiteOptOut" (
  "userId" UUID NOT NULL,
  "kind" TEXT NOT NULL,
  CONSTRAINT "SiteOptOut_pkey" PRIMARY KEY ("userId", "kind")
);
ALTER TABLE "SiteOptOut" ADD CONSTRAINT "SiteOptOut_userId_fkey"
  FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A runner knows nobody. That a submission has ended is noted by a trigger.
GRANT SELECT, INSERT, UPDATE, DELETE ON "Notice" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "Notification" TO heldout_site;
GRANT UPDATE ("readAt") ON "Notification" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "SiteOptOut" TO heldout_site;

-- In the transaction that ends an attempt, so that no end is missed, whoever recorded it.
CREATE FUNCTION note_ended_submission() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO "Notice" ("id", "key", "kind", "content", "dueAt")
  VALUES (
    gen_random_uuid(), 'submission ' || NEW."id", 'submission',
    jsonb_build_object('kind', 'submission', 'evaluationId', NEW."id"), now()
  )
  ON CONFLICT ("key") DO NOTHING;
  RETURN NULL;
END;
$$;
CREATE TRIGGER note_ended_submission AFTER UPDATE OF "state" ON "Evaluation"
  FOR EACH ROW WHEN (OLD."state" <> NEW."state" AND NEW."state" IN ('SCORED', 'FAILED'))
  EXECUTE FUNCTION note_ended_submission();
