-- Which scores a phase shows, and what counts only in its final ranking.
CREATE TYPE "Disclosure" AS ENUM ('LIVE', 'LADDER', 'SEALED');
ALTER TABLE "Phase" ADD COLUMN "disclosure" "Disclosure" NOT NULL DEFAULT 'LIVE';
ALTER TABLE "Phase" ADD COLUMN "submissionsOfAllTeams" INTEGER;
ALTER TABLE "Phase" ADD COLUMN "showsOwnScores" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Phase" ADD COLUMN "heldBackPercent" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "Phase" ADD COLUMN "revealedAt" TIMESTAMPTZ(3);

-- Decided once: the site may neither change nor delete what was decided.
CREATE TABLE "LadderDecision" (
  "submissionId" UUID NOT NULL,
  "isShown" BOOLEAN NOT NULL,
  "decidedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "LadderDecision_pkey" PRIMARY KEY ("submissionId"),
  CONSTRAINT "LadderDecision_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
GRANT SELECT, INSERT ON "LadderDecision" TO heldout_site;
GRANT SELECT ON "LadderDecision" TO heldout_runner;

-- The final ranking counts other cases, so that the stored one is out of date, whoever reveals it.
CREATE FUNCTION rank_revealed_phase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."scoresVersion" := OLD."scoresVersion" + 1;
  PERFORM pg_notify('scores_changed', NEW.id::text);
  RETURN NEW;
END $$;
CREATE TRIGGER "Phase_revealed" BEFORE UPDATE OF "revealedAt" ON "Phase"
  FOR EACH ROW WHEN (OLD."revealedAt" IS DISTINCT FROM NEW."revealedAt") EXECUTE FUNCTION rank_revealed_phase();
