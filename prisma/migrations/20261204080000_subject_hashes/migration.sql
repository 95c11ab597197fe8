-- Keyed hashes of the scans of a test set. The key stays with the organizer, who compares data to be released with them.
ALTER TABLE "TestSet" ADD COLUMN "subjects" JSONB;
