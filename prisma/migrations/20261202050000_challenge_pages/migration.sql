-- CreateEnum
CREATE TYPE "ChallengeVisibility" AS ENUM ('DRAFT', 'UNLISTED', 'PUBLIC');

-- AlterTable
ALTER TABLE "Challenge"
  ADD COLUMN "visibility" "ChallengeVisibility" NOT NULL DEFAULT 'PUBLIC',
  ADD COLUMN "links" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "dates" JSONB NOT NULL DEFAULT '[]';
