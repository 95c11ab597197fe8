-- Organizers run their algorithms on a phase before it opens.
ALTER TYPE "SubmissionStanding" ADD VALUE 'REHEARSAL';
ALTER TABLE "Phase" ADD COLUMN "keepsRehearsal" BOOLEAN NOT NULL DEFAULT false;
-- Removes a submission of a rehearsal with its scores. Returns false if there is none, or if it hasn't ended. With the
-- rights of its owner, because the site can delete neither submissions nor scores.
CREATE FUNCTION remove_rehearsal(submission UUID) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM "Submission" s
  WHERE s.id = submission AND s.standing = 'REHEARSAL' AND NOT EXISTS (
    SELECT FROM "Evaluation" e WHERE e."submissionId" = s.id AND e.state IN ('QUEUED', 'RUNNING'));
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION remove_rehearsal(UUID) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_rehearsal(UUID) TO heldout_site;
