-- Data that organizers release: a dataset has versions, each with variants of encrypted files.
CREATE TYPE "DatasetAccess" AS ENUM ('OPEN', 'REQUEST');

CREATE TABLE "Dataset" (
    "id" UUID NOT NULL,
    "challengeId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "license" TEXT NOT NULL,
    "doi" TEXT,
    "citation" TEXT,
    "contact" TEXT NOT NULL,
    "funding" TEXT,
    "access" "DatasetAccess" NOT NULL,
    "terms" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Dataset_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Dataset_challengeId_name_key" ON "Dataset"("challengeId", "name");
ALTER TABLE "Dataset" ADD CONSTRAINT "Dataset_challengeId_fkey"
    FOREIGN KEY ("challengeId") REFERENCES "Challenge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Release" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "changelog" TEXT NOT NULL DEFAULT '',
    "errata" TEXT NOT NULL DEFAULT '',
    "publishedAt" TIMESTAMPTZ(3),
    "license" TEXT,
    "terms" TEXT,
    "termsSha256" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Release_published_with_its_terms" CHECK (
        ("publishedAt" IS NULL) = ("terms" IS NULL)
        AND ("publishedAt" IS NULL) = ("termsSha256" IS NULL)
        AND ("publishedAt" IS NULL) = ("license" IS NULL)
    )
);
CREATE UNIQUE INDEX "Release_datasetId_version_key" ON "Release"("datasetId", "version");
ALTER TABLE "Release" ADD CONSTRAINT "Release_datasetId_fkey"
    FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ReleaseVariant" (
    "id" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "caseCount" INTEGER NOT NULL,
    "hasTruth" BOOLEAN NOT NULL,
    "fileCount" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReleaseVariant_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "ReleaseVariant_releaseId_name_key" ON "ReleaseVariant"("releaseId", "name");
ALTER TABLE "ReleaseVariant" ADD CONSTRAINT "ReleaseVariant_releaseId_fkey"
    FOREIGN KEY ("releaseId") REFERENCES "Release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ReleaseFile" (
    "variantId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "crc32" INTEGER NOT NULL,
    "blob" TEXT NOT NULL,
    "fileKey" BYTEA NOT NULL,
    "dataKeyId" TEXT NOT NULL,

    CONSTRAINT "ReleaseFile_pkey" PRIMARY KEY ("variantId", "path")
);
ALTER TABLE "ReleaseFile" ADD CONSTRAINT "ReleaseFile_variantId_fkey"
    FOREIGN KEY ("variantId") REFERENCES "ReleaseVariant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Download" (
    "id" UUID NOT NULL,
    "variantId" UUID NOT NULL,
    "path" TEXT,
    "userId" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Download_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Download_variantId_id_idx" ON "Download"("variantId", "id");
CREATE INDEX "Download_userId_id_idx" ON "Download"("userId", "id");
ALTER TABLE "Download" ADD CONSTRAINT "Download_variantId_fkey"
    FOREIGN KEY ("variantId") REFERENCES "ReleaseVariant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was published stays as it was, whatever the site's code does: only errata may be added, and keys wrapped anew.
CREATE FUNCTION keep_published_release() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    release "Release";
BEGIN
    IF TG_TABLE_NAME = 'Release' THEN
        IF OLD."publishedAt" IS NOT NULL
           AND (to_jsonb(NEW) - 'errata') IS DISTINCT FROM (to_jsonb(OLD) - 'errata') THEN
            RAISE EXCEPTION 'release % is published', OLD."id" USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'ReleaseVariant' THEN
        SELECT * INTO release FROM "Release" WHERE "id" = COALESCE(NEW."releaseId", OLD."releaseId");
    ELSE
        SELECT "Release".* INTO release FROM "Release"
        JOIN "ReleaseVariant" ON "ReleaseVariant"."releaseId" = "Release"."id"
        WHERE "ReleaseVariant"."id" = COALESCE(NEW."variantId", OLD."variantId");
    END IF;
    IF release."publishedAt" IS NOT NULL THEN
        RAISE EXCEPTION 'release % is published', release."id" USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER keep_published BEFORE UPDATE ON "Release"
    FOR EACH ROW EXECUTE FUNCTION keep_published_release();
CREATE TRIGGER keep_published BEFORE INSERT OR UPDATE OR DELETE ON "ReleaseVariant"
    FOR EACH ROW EXECUTE FUNCTION keep_published_release();
CREATE TRIGGER keep_published BEFORE INSERT OR DELETE OR UPDATE OF "variantId", "path", "bytes", "sha256", "crc32", "blob"
    ON "ReleaseFile" FOR EACH ROW EXECUTE FUNCTION keep_published_release();

GRANT SELECT, INSERT ON "Dataset" TO heldout_site;
GRANT UPDATE ("title", "summary", "license", "doi", "citation", "contact", "funding", "access", "terms")
    ON "Dataset" TO heldout_site;
GRANT SELECT, INSERT ON "Release" TO heldout_site;
GRANT UPDATE ("changelog", "errata", "publishedAt", "license", "terms", "termsSha256") ON "Release" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "ReleaseVariant" TO heldout_site;
GRANT SELECT, INSERT, DELETE ON "ReleaseFile" TO heldout_site;
GRANT UPDATE ("fileKey", "dataKeyId") ON "ReleaseFile" TO heldout_site;
GRANT SELECT, INSERT ON "Download" TO heldout_site;
