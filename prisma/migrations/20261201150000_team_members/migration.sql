-- CreateEnum
CREATE TYPE "RequestState" AS ENUM ('PENDING', 'ACCEPTED', 'DECLINED', 'WITHDRAWN');

-- AlterTable
ALTER TABLE "Team" ADD COLUMN "dissolvedAt" TIMESTAMPTZ(3), ADD COLUMN "mergedIntoId" UUID;
ALTER TABLE "Membership" ADD COLUMN "isShown" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Challenge" ADD COLUMN "maxTeamSize" INTEGER;
ALTER TABLE "Submission" ADD COLUMN "originTeamId" UUID;

-- CreateTable
CREATE TABLE "Participation" (
    "challengeId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Participation_pkey" PRIMARY KEY ("challengeId","userId")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "createdById" UUID,
    "email" TEXT,
    "maxUses" INTEGER NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Invitation_uses_check" CHECK ("uses" >= 0 AND "uses" <= "maxUses")
);

-- CreateTable
CREATE TABLE "JoinRequest" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "message" TEXT NOT NULL,
    "state" "RequestState" NOT NULL DEFAULT 'PENDING',
    "reason" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "JoinRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MergeRequest" (
    "id" UUID NOT NULL,
    "fromTeamId" UUID NOT NULL,
    "intoTeamId" UUID NOT NULL,
    "state" "RequestState" NOT NULL DEFAULT 'PENDING',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MergeRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Team_mergedIntoId_idx" ON "Team"("mergedIntoId");
CREATE INDEX "Submission_originTeamId_idx" ON "Submission"("originTeamId");
CREATE INDEX "Participation_userId_idx" ON "Participation"("userId");
CREATE INDEX "Participation_teamId_idx" ON "Participation"("teamId");
CREATE INDEX "Invitation_teamId_id_idx" ON "Invitation"("teamId", "id");
CREATE INDEX "Invitation_createdById_idx" ON "Invitation"("createdById");
CREATE INDEX "JoinRequest_teamId_id_idx" ON "JoinRequest"("teamId", "id");
CREATE INDEX "JoinRequest_userId_idx" ON "JoinRequest"("userId");
CREATE INDEX "MergeRequest_fromTeamId_idx" ON "MergeRequest"("fromTeamId");
CREATE INDEX "MergeRequest_intoTeamId_idx" ON "MergeRequest"("intoTeamId");

-- One that waits at a time, however often a button is pressed.
CREATE UNIQUE INDEX "JoinRequest_pending" ON "JoinRequest"("teamId", "userId") WHERE "state" = 'PENDING';
CREATE UNIQUE INDEX "MergeRequest_pending" ON "MergeRequest"("fromTeamId") WHERE "state" = 'PENDING';

-- A team has one owner at most.
CREATE UNIQUE INDEX "Membership_owner" ON "Membership"("teamId") WHERE "role" = 'OWNER';

-- AddForeignKey
ALTER TABLE "Team" ADD CONSTRAINT "Team_mergedIntoId_fkey" FOREIGN KEY ("mergedIntoId") REFERENCES "Team"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_originTeamId_fkey" FOREIGN KEY ("originTeamId") REFERENCES "Team"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Participation" ADD CONSTRAINT "Participation_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Participation" ADD CONSTRAINT "Participation_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Participation" ADD CONSTRAINT "Participation_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "JoinRequest" ADD CONSTRAINT "JoinRequest_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "JoinRequest" ADD CONSTRAINT "JoinRequest_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "MergeRequest" ADD CONSTRAINT "MergeRequest_fromTeamId_fkey" FOREIGN KEY ("fromTeamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "MergeRequest" ADD CONSTRAINT "MergeRequest_intoTeamId_fkey" FOREIGN KEY ("intoTeamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who takes part in which challenge, with which team: at most one, as the primary key has it. Triggers keep the rows,
-- so that no way to become a member or to register forgets them. They lock the team, so that a member who joins and a
-- registration at the same moment see each other.
CREATE FUNCTION participate_by_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Team" WHERE id = NEW."teamId" FOR NO KEY UPDATE;
  INSERT INTO "Participation" ("challengeId", "userId", "teamId")
  SELECT NEW."challengeId", member."userId", NEW."teamId" FROM "Membership" member
  WHERE member."teamId" = NEW."teamId" AND NOT EXISTS (
    SELECT FROM "Participation" known WHERE known."challengeId" = NEW."challengeId"
      AND known."userId" = member."userId" AND known."teamId" = NEW."teamId"
  );
  RETURN NULL;
END;
$$;
CREATE TRIGGER participate AFTER INSERT ON "Registration"
  FOR EACH ROW EXECUTE FUNCTION participate_by_registration();

-- Challenges that are over bind nobody: members of a team that has existed for years may come from other teams.
CREATE FUNCTION participate_by_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Team" WHERE id = NEW."teamId" FOR NO KEY UPDATE;
  INSERT INTO "Participation" ("challengeId", "userId", "teamId")
  SELECT registration."challengeId", NEW."userId", NEW."teamId" FROM "Registration" registration
  WHERE registration."teamId" = NEW."teamId"
    AND EXISTS (SELECT FROM "Phase" WHERE "challengeId" = registration."challengeId" AND "closesAt" > now())
    AND NOT EXISTS (
      SELECT FROM "Participation" known WHERE known."challengeId" = registration."challengeId"
        AND known."userId" = NEW."userId" AND known."teamId" = NEW."teamId"
    );
  RETURN NULL;
END;
$$;
CREATE TRIGGER participate AFTER INSERT ON "Membership"
  FOR EACH ROW EXECUTE FUNCTION participate_by_membership();

-- Whoever leaves may enter a challenge with another team, unless this team has submitted to it: otherwise a person
-- could use the quota of one team after the other.
CREATE FUNCTION stop_participating() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Team" WHERE id = OLD."teamId" FOR NO KEY UPDATE;
  DELETE FROM "Participation" known WHERE known."userId" = OLD."userId" AND known."teamId" = OLD."teamId"
    AND NOT EXISTS (
      SELECT FROM "Submission" submission JOIN "Phase" phase ON phase.id = submission."phaseId"
      WHERE submission."teamId" = OLD."teamId" AND phase."challengeId" = known."challengeId"
    );
  RETURN NULL;
END;
$$;
CREATE TRIGGER stop_participating AFTER DELETE ON "Membership"
  FOR EACH ROW EXECUTE FUNCTION stop_participating();

-- Checked at commit, so that ownership can be handed over in two steps.
CREATE FUNCTION require_team_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "Membership" WHERE "teamId" = OLD."teamId")
    AND NOT EXISTS (SELECT FROM "Membership" WHERE "teamId" = OLD."teamId" AND "role" = 'OWNER')
  THEN
    RAISE EXCEPTION 'team % would have members but no owner', OLD."teamId" USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER require_team_owner AFTER UPDATE OR DELETE ON "Membership"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_team_owner();

-- The teams that exist. Of several teams of one person in a challenge, the one that was registered first counts.
INSERT INTO "Participation" ("challengeId", "userId", "teamId")
SELECT registration."challengeId", member."userId", registration."teamId"
FROM "Registration" registration JOIN "Membership" member ON member."teamId" = registration."teamId"
ORDER BY registration."createdAt", registration."teamId"
ON CONFLICT DO NOTHING;

-- Only the site knows people. A merged team's submissions and archives become those of the other team.
GRANT SELECT, INSERT, UPDATE, DELETE ON "Participation" TO heldout_site;
GRANT SELECT, INSERT, UPDATE ON "Invitation", "JoinRequest", "MergeRequest" TO heldout_site;
GRANT UPDATE ("teamId", "originTeamId") ON "Submission" TO heldout_site;
GRANT UPDATE ("teamId") ON "Image", "ModelArchive" TO heldout_site;
