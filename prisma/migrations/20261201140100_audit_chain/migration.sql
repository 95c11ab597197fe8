-- The audit trail says from where and what before and after, can only be appended to, and is chained by hashes.

ALTER TABLE "AuditEvent"
  ADD COLUMN "seq" BIGINT,
  ADD COLUMN "actorId" UUID,
  ADD COLUMN "address" TEXT,
  ADD COLUMN "client" TEXT,
  ADD COLUMN "before" JSONB,
  ADD COLUMN "after" JSONB,
  ADD COLUMN "previousHash" TEXT,
  ADD COLUMN "hash" TEXT;
-- The time of the event itself, and not of the start of its transaction.
ALTER TABLE "AuditEvent" ALTER COLUMN "at" SET DEFAULT clock_timestamp();

-- An event outlives its challenge.
ALTER TABLE "AuditEvent" DROP CONSTRAINT "AuditEvent_challengeId_fkey";

-- SHA-256 of the previous hash and the columns, each with its length, so that no two rows have the same text.
-- lib/site/audit/chain.ts computes the same.
CREATE FUNCTION audit_event_hash(event "AuditEvent") RETURNS TEXT LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT encode(sha256(convert_to(event."previousHash" || E'\n' || string_agg(
    coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-') || ';', '' ORDER BY place
  ), 'UTF8')), 'hex')
  FROM unnest(ARRAY[
    event."seq"::text, event."id"::text,
    to_char(event."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    event."actorId"::text, event."actor", event."address", event."client", event."action",
    event."challengeId"::text, event."detail"::text, event."before"::text, event."after"::text
  ]) WITH ORDINALITY AS fields (field, place)
$$;

DO $$
DECLARE
  event "AuditEvent";
  last_seq BIGINT := 0;
  last_hash TEXT := '';
BEGIN
  FOR event IN SELECT * FROM "AuditEvent" ORDER BY "at", "id" LOOP
    last_seq := last_seq + 1;
    event."seq" := last_seq;
    event."previousHash" := last_hash;
    last_hash := audit_event_hash(event);
    UPDATE "AuditEvent" SET "seq" = last_seq, "previousHash" = event."previousHash", "hash" = last_hash
    WHERE "id" = event."id";
  END LOOP;
END;
$$;

CREATE UNIQUE INDEX "AuditEvent_seq_key" ON "AuditEvent" ("seq");
CREATE INDEX "AuditEvent_challengeId_at_idx" ON "AuditEvent" ("challengeId", "at");

-- Appends an event to the chain when its transaction commits. So transactions wait for each other only while they
-- commit, and never while they hold back what another one needs. Nobody but this function may update an event.
CREATE FUNCTION append_audit_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  event "AuditEvent" := NEW;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit trail', 0));
  SELECT last."seq" + 1, last."hash" INTO event."seq", event."previousHash"
  FROM "AuditEvent" last WHERE last."seq" IS NOT NULL ORDER BY last."seq" DESC LIMIT 1;
  IF event."seq" IS NULL THEN
    event."seq" := 1;
    event."previousHash" := '';
  END IF;
  UPDATE "AuditEvent"
  SET "seq" = event."seq", "previousHash" = event."previousHash", "hash" = audit_event_hash(event)
  WHERE "id" = event."id";
  RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER append_audit_event AFTER INSERT ON "AuditEvent" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION append_audit_event();

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit trail can only be appended to.';
END;
$$;
CREATE TRIGGER refuse_audit_update BEFORE UPDATE ON "AuditEvent"
  FOR EACH ROW WHEN (OLD."seq" IS NOT NULL) EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER refuse_audit_removal BEFORE DELETE OR TRUNCATE ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- The time, the place in the chain and the hash are the database's.
REVOKE INSERT ON "AuditEvent" FROM heldout_site, heldout_runner;
GRANT INSERT ("id", "actorId", "actor", "address", "client", "action", "challengeId", "detail", "before", "after")
  ON "AuditEvent" TO heldout_site, heldout_runner;
