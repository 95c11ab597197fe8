-- Whether a submission can count: late ones are scored, but not ranked.
CREATE TYPE "SubmissionStanding" AS ENUM ('RANKED', 'LATE');
ALTER TABLE "Submission" ADD COLUMN "standing" "SubmissionStanding" NOT NULL DEFAULT 'RANKED';
ALTER TABLE "Phase" ADD COLUMN "acceptsLate" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Phase" ADD COLUMN "lateUntil" TIMESTAMPTZ(3);
