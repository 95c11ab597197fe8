CREATE TYPE "TombstoneKind" AS ENUM ('WITHDRAWN', 'EXCLUDED');

-- A submission whose scores don't count any more, with the public reason.
CREATE TABLE "Tombstone" (
  "id" UUID NOT NULL,
  "submissionId" UUID NOT NULL,
  "kind" "TombstoneKind" NOT NULL,
  "reason" TEXT NOT NULL,
  "decidedById" UUID NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "undoneById" UUID,
  "undoneAt" TIMESTAMPTZ(3),
  CONSTRAINT "Tombstone_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Tombstone_reason_check" CHECK ("reason" <> ''),
  CONSTRAINT "Tombstone_undone_check" CHECK (("undoneAt" IS NULL) = ("undoneById" IS NULL)),
  CONSTRAINT "Tombstone_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "Tombstone_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "Tombstone_undoneById_fkey" FOREIGN KEY ("undoneById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "Tombstone_submissionId_idx" ON "Tombstone"("submissionId");
CREATE INDEX "Tombstone_decidedById_idx" ON "Tombstone"("decidedById");
CREATE INDEX "Tombstone_undoneById_idx" ON "Tombstone"("undoneById");
-- One stands at most.
CREATE UNIQUE INDEX "Tombstone_standing_key" ON "Tombstone"("submissionId") WHERE "undoneAt" IS NULL;

CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Tombstone"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();

GRANT SELECT, INSERT, UPDATE ("undoneById", "undoneAt") ON "Tombstone" TO heldout_site;
-- Rescoring reads which submissions count.
GRANT SELECT ON "Tombstone" TO heldout_runner;
