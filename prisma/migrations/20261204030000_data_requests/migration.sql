-- Who may take data that is released on request: what they asked, signed, and what organizers decided.
ALTER TABLE "Dataset"
    ADD COLUMN "autoApprove" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "validityDays" INTEGER,
    ADD COLUMN "dueDays" INTEGER NOT NULL DEFAULT 14,
    ADD COLUMN "questions" JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN "replies" JSONB NOT NULL DEFAULT '[]',
    ADD CONSTRAINT "Dataset_days_are_positive" CHECK ("validityDays" > 0 AND "dueDays" > 0);

CREATE TYPE "DataRequestState" AS ENUM
    ('DRAFT', 'SUBMITTED', 'CLARIFICATION', 'APPROVED', 'DECLINED', 'WITHDRAWN', 'REVOKED');

CREATE TABLE "DataRequest" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "state" "DataRequestState" NOT NULL DEFAULT 'DRAFT',
    "institution" TEXT NOT NULL DEFAULT '',
    "useStatement" TEXT NOT NULL DEFAULT '',
    "coInvestigators" JSONB NOT NULL DEFAULT '[]',
    "answers" JSONB NOT NULL DEFAULT '[]',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submittedAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),
    "decidedAt" TIMESTAMPTZ(3),
    "decidedById" UUID,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DataRequest_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "DataRequest_has_the_dates_of_its_state" CHECK (
        ("state" IN ('DRAFT', 'WITHDRAWN') OR "submittedAt" IS NOT NULL)
        AND ("state" IN ('SUBMITTED', 'CLARIFICATION')) = ("dueAt" IS NOT NULL)
        AND ("state" IN ('APPROVED', 'DECLINED', 'REVOKED')) = ("decidedAt" IS NOT NULL)
        AND ("state" = 'REVOKED') = ("revokedAt" IS NOT NULL)
        AND ("state" IN ('APPROVED', 'REVOKED') OR "expiresAt" IS NULL)
    )
);
-- One that isn't decided, for each person.
CREATE UNIQUE INDEX "DataRequest_one_open" ON "DataRequest"("datasetId", "userId")
    WHERE "state" IN ('DRAFT', 'SUBMITTED', 'CLARIFICATION');
CREATE INDEX "DataRequest_datasetId_userId_id_idx" ON "DataRequest"("datasetId", "userId", "id");
CREATE INDEX "DataRequest_datasetId_state_id_idx" ON "DataRequest"("datasetId", "state", "id");
CREATE INDEX "DataRequest_userId_id_idx" ON "DataRequest"("userId", "id");
CREATE INDEX "DataRequest_decidedById_idx" ON "DataRequest"("decidedById");
CREATE INDEX "DataRequest_state_expiresAt_idx" ON "DataRequest"("state", "expiresAt");
ALTER TABLE "DataRequest" ADD CONSTRAINT "DataRequest_datasetId_fkey"
    FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DataRequest" ADD CONSTRAINT "DataRequest_userId_fkey"
    FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DataRequest" ADD CONSTRAINT "DataRequest_decidedById_fkey"
    FOREIGN KEY ("decidedById") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TYPE "DataRequestStep" AS ENUM
    ('SUBMIT', 'ASK', 'ANSWER', 'APPROVE', 'DECLINE', 'WITHDRAW', 'REVOKE', 'NOTE');

CREATE TABLE "DataRequestEvent" (
    "id" UUID NOT NULL,
    "requestId" UUID NOT NULL,
    "step" "DataRequestStep" NOT NULL,
    "actorId" UUID,
    "text" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DataRequestEvent_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "DataRequestEvent_requestId_id_idx" ON "DataRequestEvent"("requestId", "id");
CREATE INDEX "DataRequestEvent_actorId_idx" ON "DataRequestEvent"("actorId");
ALTER TABLE "DataRequestEvent" ADD CONSTRAINT "DataRequestEvent_requestId_fkey"
    FOREIGN KEY ("requestId") REFERENCES "DataRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DataRequestEvent" ADD CONSTRAINT "DataRequestEvent_actorId_fkey"
    FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "DataSignature" (
    "datasetId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "termsSha256" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "signedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DataSignature_pkey" PRIMARY KEY ("datasetId", "userId", "termsSha256")
);
CREATE INDEX "DataSignature_userId_idx" ON "DataSignature"("userId");
ALTER TABLE "DataSignature" ADD CONSTRAINT "DataSignature_datasetId_fkey"
    FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DataSignature" ADD CONSTRAINT "DataSignature_userId_fkey"
    FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

GRANT UPDATE ("autoApprove", "validityDays", "dueDays", "questions", "replies") ON "Dataset" TO heldout_site;
GRANT SELECT, INSERT ON "DataRequest" TO heldout_site;
GRANT UPDATE ("state", "institution", "useStatement", "coInvestigators", "answers", "submittedAt", "dueAt",
    "decidedAt", "decidedById", "expiresAt", "revokedAt") ON "DataRequest" TO heldout_site;
GRANT SELECT, INSERT ON "DataRequestEvent" TO heldout_site;
GRANT UPDATE ("text") ON "DataRequestEvent" TO heldout_site;
-- A signature stays; of a deleted account without the name.
GRANT SELECT, INSERT ON "DataSignature" TO heldout_site;
GRANT UPDATE ("name") ON "DataSignature" TO heldout_site;
