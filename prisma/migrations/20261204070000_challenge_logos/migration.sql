-- CreateTable
CREATE TABLE "ChallengeLogo" (
  "challengeId" UUID NOT NULL,
  "hash" TEXT NOT NULL,
  "content" BYTEA NOT NULL,
  "width" INTEGER NOT NULL,
  "height" INTEGER NOT NULL,
  "alt" TEXT NOT NULL,
  CONSTRAINT "ChallengeLogo_pkey" PRIMARY KEY ("challengeId")
);
ALTER TABLE "ChallengeLogo" ADD CONSTRAINT "ChallengeLogo_challengeId_fkey"
  FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT, DELETE ON "ChallengeLogo" TO heldout_site;
GRANT UPDATE ("hash", "content", "width", "height", "alt") ON "ChallengeLogo" TO heldout_site;

CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "ChallengeLogo"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
