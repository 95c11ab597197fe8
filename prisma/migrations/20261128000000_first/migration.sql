-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "MembershipRole" AS ENUM ('OWNER', 'MEMBER');

-- CreateEnum
CREATE TYPE "PhaseKind" AS ENUM ('OPEN', 'HIDDEN');

-- CreateEnum
CREATE TYPE "Contract" AS ENUM ('EXEC', 'INVOKE', 'BATCH');

-- CreateEnum
CREATE TYPE "InputFormat" AS ENUM ('NII_GZ', 'MHA');

-- CreateEnum
CREATE TYPE "Counting" AS ENUM ('BEST', 'LATEST');

-- CreateEnum
CREATE TYPE "EvaluationState" AS ENUM ('QUEUED', 'RUNNING', 'SCORED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "CaseStatus" AS ENUM ('SCORED', 'FAILED', 'REJECTED');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Team" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "teamId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "MembershipRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("teamId","userId")
);

-- CreateTable
CREATE TABLE "Challenge" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "synthetic" BOOLEAN NOT NULL DEFAULT false,
    "citation" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Organizer" (
    "challengeId" UUID NOT NULL,
    "userId" UUID NOT NULL,

    CONSTRAINT "Organizer_pkey" PRIMARY KEY ("challengeId","userId")
);

-- CreateTable
CREATE TABLE "Registration" (
    "challengeId" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Registration_pkey" PRIMARY KEY ("challengeId","teamId")
);

-- CreateTable
CREATE TABLE "Phase" (
    "id" UUID NOT NULL,
    "challengeId" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "PhaseKind" NOT NULL,
    "opensAt" TIMESTAMPTZ(3) NOT NULL,
    "closesAt" TIMESTAMPTZ(3) NOT NULL,
    "contract" "Contract" NOT NULL DEFAULT 'EXEC',
    "inputFormat" "InputFormat" NOT NULL DEFAULT 'NII_GZ',
    "givesMetadata" BOOLEAN NOT NULL DEFAULT true,
    "takesProbabilityMaps" BOOLEAN NOT NULL DEFAULT false,
    "keepsPredictionsDays" INTEGER NOT NULL DEFAULT 0,
    "showsCaseScores" BOOLEAN NOT NULL DEFAULT false,
    "requiresGvisor" BOOLEAN NOT NULL DEFAULT false,
    "gpu" JSONB,
    "keepsLogs" BOOLEAN NOT NULL DEFAULT true,
    "limits" JSONB NOT NULL,
    "metrics" JSONB NOT NULL,
    "connectivity" INTEGER NOT NULL DEFAULT 6,
    "counting" "Counting" NOT NULL DEFAULT 'BEST',
    "decimals" INTEGER NOT NULL DEFAULT 3,
    "submissionsPerDay" INTEGER NOT NULL,
    "submissionsTotal" INTEGER NOT NULL,
    "seed" INTEGER NOT NULL,
    "testSetId" UUID,

    CONSTRAINT "Phase_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TestSet" (
    "id" UUID NOT NULL,
    "challengeId" UUID NOT NULL,
    "recipient" TEXT NOT NULL,
    "caseCount" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "manifestBlob" TEXT NOT NULL,
    "worst" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TestSet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TestCase" (
    "testSetId" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "scanBlob" TEXT NOT NULL,
    "truthBlob" TEXT NOT NULL,

    CONSTRAINT "TestCase_pkey" PRIMARY KEY ("testSetId","index")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelArchive" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelArchive_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Submission" (
    "id" UUID NOT NULL,
    "phaseId" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "modelId" UUID,
    "algorithm" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Submission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Evaluation" (
    "id" UUID NOT NULL,
    "submissionId" UUID NOT NULL,
    "state" "EvaluationState" NOT NULL DEFAULT 'QUEUED',
    "code" TEXT,
    "message" TEXT,
    "caseCount" INTEGER NOT NULL,
    "imageDigest" TEXT,
    "runnerId" UUID,
    "leaseToken" UUID,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "requeues" INTEGER NOT NULL DEFAULT 0,
    "platformCode" TEXT,
    "runningCases" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "imageReadyAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CaseScore" (
    "evaluationId" UUID NOT NULL,
    "caseIndex" INTEGER NOT NULL,
    "status" "CaseStatus" NOT NULL,
    "code" TEXT,
    "message" TEXT,
    "metrics" JSONB NOT NULL,
    "undefinedMetrics" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "predictionBlob" TEXT,
    "mapBlob" TEXT,
    "seconds" DOUBLE PRECISION,
    "peakMemoryBytes" BIGINT,
    "exitCode" INTEGER,
    "log" TEXT,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CaseScore_pkey" PRIMARY KEY ("evaluationId","caseIndex")
);

-- CreateTable
CREATE TABLE "Score" (
    "evaluationId" UUID NOT NULL,
    "metric" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "mean" DOUBLE PRECISION,
    "sd" DOUBLE PRECISION,
    "median" DOUBLE PRECISION,
    "q1" DOUBLE PRECISION,
    "q3" DOUBLE PRECISION,
    "min" DOUBLE PRECISION,
    "max" DOUBLE PRECISION,
    "n" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,

    CONSTRAINT "Score_pkey" PRIMARY KEY ("evaluationId","metric")
);

-- CreateTable
CREATE TABLE "Runner" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "host" JSONB NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "health" JSONB,

    CONSTRAINT "Runner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "challengeId" UUID,
    "detail" JSONB NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateLimit" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "resetsAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Team_slug_key" ON "Team"("slug");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Challenge_slug_key" ON "Challenge"("slug");

-- CreateIndex
CREATE INDEX "Organizer_userId_idx" ON "Organizer"("userId");

-- CreateIndex
CREATE INDEX "Registration_teamId_idx" ON "Registration"("teamId");

-- CreateIndex
CREATE INDEX "Phase_testSetId_idx" ON "Phase"("testSetId");

-- CreateIndex
CREATE UNIQUE INDEX "Phase_challengeId_slug_key" ON "Phase"("challengeId", "slug");

-- CreateIndex
CREATE INDEX "TestSet_challengeId_idx" ON "TestSet"("challengeId");

-- CreateIndex
CREATE INDEX "Image_teamId_idx" ON "Image"("teamId");

-- CreateIndex
CREATE INDEX "ModelArchive_teamId_idx" ON "ModelArchive"("teamId");

-- CreateIndex
CREATE INDEX "Submission_phaseId_teamId_idx" ON "Submission"("phaseId", "teamId");

-- CreateIndex
CREATE INDEX "Submission_teamId_idx" ON "Submission"("teamId");

-- CreateIndex
CREATE INDEX "Evaluation_submissionId_idx" ON "Evaluation"("submissionId");

-- CreateIndex
CREATE INDEX "Evaluation_state_leaseExpiresAt_idx" ON "Evaluation"("state", "leaseExpiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Runner_name_key" ON "Runner"("name");

-- CreateIndex
CREATE INDEX "AuditEvent_challengeId_at_idx" ON "AuditEvent"("challengeId", "at");

-- CreateIndex
CREATE INDEX "RateLimit_resetsAt_idx" ON "RateLimit"("resetsAt");

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Organizer" ADD CONSTRAINT "Organizer_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Organizer" ADD CONSTRAINT "Organizer_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Registration" ADD CONSTRAINT "Registration_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Registration" ADD CONSTRAINT "Registration_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Phase" ADD CONSTRAINT "Phase_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Phase" ADD CONSTRAINT "Phase_testSetId_fkey" FOREIGN KEY ("testSetId") REFERENCES "TestSet"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TestSet" ADD CONSTRAINT "TestSet_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TestCase" ADD CONSTRAINT "TestCase_testSetId_fkey" FOREIGN KEY ("testSetId") REFERENCES "TestSet"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelArchive" ADD CONSTRAINT "ModelArchive_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Submission" ADD CONSTRAINT "Submission_modelId_fkey" FOREIGN KEY ("modelId") REFERENCES "ModelArchive"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_submissionId_fkey" FOREIGN KEY ("submissionId") REFERENCES "Submission"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_runnerId_fkey" FOREIGN KEY ("runnerId") REFERENCES "Runner"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CaseScore" ADD CONSTRAINT "CaseScore_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Score" ADD CONSTRAINT "Score_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_challengeId_fkey" FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who may write what.
--
-- The logins of the site and of the runners are members of one group each. Nobody signs in as a group, and the
-- owner of the tables, who migrates, belongs to neither. Rights are granted table by table: a new table is
-- invisible to both groups until its migration grants something.
--
-- Roles belong to the server and not to the database, so that another database may have created them already,
-- or may be creating them at the same time.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['heldout_site', 'heldout_runner'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO heldout_site, heldout_runner;

-- The site reads every table and writes what users do.
GRANT SELECT ON
  "User", "ApiToken", "Team", "Membership", "Challenge", "Organizer", "Registration", "Phase", "TestSet",
  "TestCase", "Image", "ModelArchive", "Submission", "Evaluation", "CaseScore", "Score", "Runner", "AuditEvent",
  "RateLimit"
  TO heldout_site;
GRANT INSERT ON
  "User", "ApiToken", "Team", "Membership", "Challenge", "Organizer", "Registration", "Phase", "TestSet",
  "TestCase", "Image", "ModelArchive", "Submission", "Evaluation", "AuditEvent", "RateLimit"
  TO heldout_site;
GRANT UPDATE ON "User", "ApiToken", "Team", "Membership", "Challenge", "Phase", "RateLimit" TO heldout_site;
GRANT DELETE ON "ApiToken", "Membership", "Organizer", "Registration", "RateLimit" TO heldout_site;
-- Cancelling an evaluation sets these columns; the site can change nothing else of it.
GRANT UPDATE ("state", "finishedAt", "runningCases") ON "Evaluation" TO heldout_site;

-- A runner reads what an evaluation needs (no account, password hash or token) and writes the results.
GRANT SELECT ON
  "Team", "Challenge", "Phase", "TestSet", "TestCase", "Image", "ModelArchive", "Submission", "Evaluation",
  "CaseScore", "Score", "Runner", "AuditEvent"
  TO heldout_runner;
GRANT INSERT, UPDATE ON "CaseScore", "Score", "Runner" TO heldout_runner;
GRANT INSERT ON "AuditEvent" TO heldout_runner;
GRANT UPDATE (
  "state", "code", "message", "imageDigest", "runnerId", "leaseToken", "leaseExpiresAt", "requeues",
  "platformCode", "runningCases", "startedAt", "imageReadyAt", "finishedAt"
) ON "Evaluation" TO heldout_runner;

-- The transitions of an evaluation (lib/domain/evaluations/state.ts) that each group may make: the site queues
-- and cancels; a runner changes an evaluation that is not final; nobody writes a final row.
ALTER TABLE "Evaluation" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "read" ON "Evaluation" FOR SELECT TO heldout_site, heldout_runner USING (true);
CREATE POLICY "site queues" ON "Evaluation" FOR INSERT TO heldout_site
  WITH CHECK (
    "state" = 'QUEUED' AND "code" IS NULL AND "runnerId" IS NULL AND "leaseToken" IS NULL
    AND "startedAt" IS NULL AND "finishedAt" IS NULL
  );
CREATE POLICY "site cancels" ON "Evaluation" FOR UPDATE TO heldout_site
  USING ("state" IN ('QUEUED', 'RUNNING'))
  WITH CHECK ("state" = 'CANCELLED');
CREATE POLICY "runner moves" ON "Evaluation" FOR UPDATE TO heldout_runner
  USING ("state" IN ('QUEUED', 'RUNNING'))
  WITH CHECK (true);
