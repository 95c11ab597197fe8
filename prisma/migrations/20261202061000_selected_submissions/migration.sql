-- In some phases, each team selects the submission that counts. Of several, which a merger of teams brings together, the
-- latest is the one that is selected.
ALTER TYPE "Counting" ADD VALUE 'SELECTED';
ALTER TABLE "Submission" ADD COLUMN "selectedAt" TIMESTAMPTZ(3);
GRANT UPDATE ("selectedAt") ON "Submission" TO heldout_site;
