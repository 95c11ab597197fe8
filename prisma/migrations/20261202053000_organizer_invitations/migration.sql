-- CreateTable
CREATE TABLE "OrganizerInvitation" (
  "id" UUID NOT NULL,
  "challengeId" UUID NOT NULL,
  "email" TEXT NOT NULL,
  "role" "OrganizerRole" NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "OrganizerInvitation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "OrganizerInvitation_challengeId_email_key" ON "OrganizerInvitation"("challengeId", "email");

-- AddForeignKey
ALTER TABLE "OrganizerInvitation" ADD CONSTRAINT "OrganizerInvitation_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT SELECT, INSERT, DELETE ON "OrganizerInvitation" TO heldout_site;
GRANT UPDATE ("role") ON "Organizer" TO heldout_site;

-- Checked at commit, whatever the code does: a challenge that has organizers has an owner.
CREATE FUNCTION require_challenge_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Organizer" WHERE "challengeId" = OLD."challengeId")
    AND NOT EXISTS (SELECT FROM "Organizer" WHERE "challengeId" = OLD."challengeId" AND "role" = 'OWNER')
  THEN
    RAISE EXCEPTION 'challenge % would have organizers but no owner', OLD."challengeId"
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER require_challenge_owner AFTER UPDATE OR DELETE ON "Organizer"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_challenge_owner();
