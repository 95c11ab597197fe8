-- AlterTable
ALTER TABLE "Challenge"
  ADD COLUMN "terms" TEXT,
  ADD COLUMN "termsVersion" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "ChallengeTerms" (
  "challengeId" UUID NOT NULL,
  "version" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "ChallengeTerms_pkey" PRIMARY KEY ("challengeId", "version")
);
CREATE TABLE "TermsAcceptance" (
  "challengeId" UUID NOT NULL,
  "version" INTEGER NOT NULL,
  "teamId" UUID NOT NULL,
  "userId" UUID NOT NULL,
  "acceptedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "TermsAcceptance_pkey" PRIMARY KEY ("challengeId", "teamId", "version")
);

-- CreateIndex
CREATE INDEX "TermsAcceptance_teamId_idx" ON "TermsAcceptance"("teamId");
CREATE INDEX "TermsAcceptance_userId_idx" ON "TermsAcceptance"("userId");

-- AddForeignKey
ALTER TABLE "ChallengeTerms" ADD CONSTRAINT "ChallengeTerms_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TermsAcceptance" ADD CONSTRAINT "TermsAcceptance_challengeId_version_fkey" FOREIGN KEY ("challengeId", "version") REFERENCES "ChallengeTerms"("challengeId", "version") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TermsAcceptance" ADD CONSTRAINT "TermsAcceptance_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "TermsAcceptance" ADD CONSTRAINT "TermsAcceptance_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A version and who accepted it never change.
GRANT SELECT, INSERT ON "ChallengeTerms", "TermsAcceptance" TO heldout_site;
