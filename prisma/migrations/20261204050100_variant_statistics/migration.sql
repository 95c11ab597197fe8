CREATE TABLE "VariantStatistics" (
    "variantId" UUID NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "VariantStatistics_pkey" PRIMARY KEY ("variantId")
);
ALTER TABLE "VariantStatistics" ADD CONSTRAINT "VariantStatistics_variantId_fkey"
    FOREIGN KEY ("variantId") REFERENCES "ReleaseVariant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE TRIGGER keep_published BEFORE INSERT OR UPDATE OR DELETE ON "VariantStatistics"
    FOR EACH ROW EXECUTE FUNCTION keep_published_release();

GRANT SELECT, INSERT ON "VariantStatistics" TO heldout_site;
