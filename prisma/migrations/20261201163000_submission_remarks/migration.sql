-- What a phase asks of a submission besides its archives.
CREATE TYPE "Asking" AS ENUM ('OFF', 'OPTIONAL', 'REQUIRED');
ALTER TABLE "Phase" ADD COLUMN "asksComment" "Asking" NOT NULL DEFAULT 'OFF';
ALTER TABLE "Phase" ADD COLUMN "asksCode" "Asking" NOT NULL DEFAULT 'OFF';
ALTER TABLE "Phase" ADD COLUMN "asksPaper" "Asking" NOT NULL DEFAULT 'OFF';

ALTER TABLE "Submission" ADD COLUMN "comment" TEXT;
ALTER TABLE "Submission" ADD COLUMN "codeUrl" TEXT;
ALTER TABLE "Submission" ADD COLUMN "paperUrl" TEXT;
