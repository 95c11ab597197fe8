-- What somebody says about themselves, and accounts that were deleted: their row stays without anything personal,
-- because published results refer to it.
ALTER TABLE "User"
  ADD COLUMN "affiliation" TEXT,
  ADD COLUMN "country" TEXT,
  ADD COLUMN "orcid" TEXT,
  ADD COLUMN "deletedAt" TIMESTAMPTZ(3);
ALTER TABLE "User" ADD CONSTRAINT "User_deleted_check" CHECK (
  "deletedAt" IS NULL OR (
    "email" IS NULL AND "passwordHash" IS NULL AND NOT "isAdmin"
    AND "affiliation" IS NULL AND "country" IS NULL AND "orcid" IS NULL
  )
);
