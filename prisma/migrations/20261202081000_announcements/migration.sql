-- CreateTable
CREATE TABLE "Announcement" (
  "id" UUID NOT NULL,
  "challengeId" UUID NOT NULL,
  "title" TEXT NOT NULL,
  "body" TEXT NOT NULL,
  "isPinned" BOOLEAN NOT NULL DEFAULT false,
  "author" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "editedAt" TIMESTAMPTZ(3),
  "withdrawnAt" TIMESTAMPTZ(3),
  CONSTRAINT "Announcement_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Announcement_challengeId_id_idx" ON "Announcement"("challengeId", "id");
ALTER TABLE "Announcement" ADD CONSTRAINT "Announcement_challengeId_fkey"
  FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT ON "Announcement" TO heldout_site;
GRANT UPDATE ("title", "body", "isPinned", "editedAt", "withdrawnAt") ON "Announcement" TO heldout_site;

CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Announcement"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
