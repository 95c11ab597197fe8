-- Organizers may remove a phase that nobody has submitted to. Deleting a phase deletes its submissions and scores, so
-- the site's role can't do it once there are any, whatever its code does.
GRANT DELETE ON "Phase" TO heldout_site;

CREATE FUNCTION keep_phases_with_submissions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    AND EXISTS (SELECT 1 FROM "Submission" WHERE "phaseId" = OLD.id) THEN
    RAISE EXCEPTION 'a phase with submissions can''t be deleted';
  END IF;
  RETURN OLD;
END;
$$;

CREATE TRIGGER keep_phases_with_submissions BEFORE DELETE ON "Phase"
  FOR EACH ROW EXECUTE FUNCTION keep_phases_with_submissions();
