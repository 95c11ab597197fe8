-- CreateEnum
CREATE TYPE "RegistrationMode" AS ENUM ('OPEN', 'APPROVAL', 'LIST');
CREATE TYPE "RegistrationState" AS ENUM ('PENDING', 'APPROVED', 'DECLINED');

-- AlterTable
ALTER TABLE "Challenge"
  ADD COLUMN "registration" "RegistrationMode" NOT NULL DEFAULT 'OPEN',
  ADD COLUMN "allowedAddresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "deniedAddresses" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "registrationQuestions" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "registrationReplies" JSONB NOT NULL DEFAULT '[]';

-- Who is registered already has been admitted.
ALTER TABLE "Registration"
  ADD COLUMN "id" UUID,
  ADD COLUMN "state" "RegistrationState" NOT NULL DEFAULT 'APPROVED',
  ADD COLUMN "answers" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "reason" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "group" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "decidedAt" TIMESTAMPTZ(3);

-- In the form of version 7, which lists are ordered by.
UPDATE "Registration" SET "id" = (
  lpad(to_hex((extract(epoch FROM "createdAt") * 1000)::bigint), 12, '0')
  || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15)
)::uuid;
ALTER TABLE "Registration" ALTER COLUMN "id" SET NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "Registration_id_key" ON "Registration"("id");
CREATE INDEX "Registration_challengeId_state_id_idx" ON "Registration"("challengeId", "state", "id");

GRANT UPDATE ("state", "answers", "reason", "group", "decidedAt") ON "Registration" TO heldout_site;

-- A declined team takes no part, so that its members may enter with another one.
CREATE OR REPLACE FUNCTION participate_by_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Team" WHERE id = NEW."teamId" FOR NO KEY UPDATE;
  INSERT INTO "Participation" ("challengeId", "userId", "teamId")
  SELECT registration."challengeId", NEW."userId", NEW."teamId" FROM "Registration" registration
  WHERE registration."teamId" = NEW."teamId" AND registration."state" <> 'DECLINED'
    AND EXISTS (SELECT FROM "Phase" WHERE "challengeId" = registration."challengeId" AND "closesAt" > now())
    AND NOT EXISTS (
      SELECT FROM "Participation" known WHERE known."challengeId" = registration."challengeId"
        AND known."userId" = NEW."userId" AND known."teamId" = NEW."teamId"
    )
  ORDER BY registration."challengeId";
  RETURN NULL;
END;
$$;

CREATE FUNCTION stop_participating_when_declined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Team" WHERE id = NEW."teamId" FOR NO KEY UPDATE;
  DELETE FROM "Participation" known WHERE known."challengeId" = NEW."challengeId" AND known."teamId" = NEW."teamId"
    AND NOT EXISTS (
      SELECT FROM "Submission" submission JOIN "Phase" phase ON phase.id = submission."phaseId"
      WHERE submission."teamId" = NEW."teamId" AND phase."challengeId" = NEW."challengeId"
    );
  RETURN NULL;
END;
$$;
CREATE TRIGGER stop_participating AFTER UPDATE OF "state" ON "Registration"
  FOR EACH ROW WHEN (NEW."state" = 'DECLINED') EXECUTE FUNCTION stop_participating_when_declined();
CREATE TRIGGER participate_again AFTER UPDATE OF "state" ON "Registration"
  FOR EACH ROW WHEN (OLD."state" = 'DECLINED' AND NEW."state" <> 'DECLINED')
  EXECUTE FUNCTION participate_by_registration();
