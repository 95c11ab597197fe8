-- Announces at commit that something has changed that every reader sees, however it was changed.
CREATE FUNCTION announce_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('public_changed', '');
  RETURN NULL;
END;
$$;

CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Challenge"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Phase"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "TestSet"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Organizer"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
CREATE TRIGGER announce_public_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "Registration"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
-- Organizers and teams are shown with their names.
CREATE TRIGGER announce_public_change AFTER UPDATE ON "User"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
CREATE TRIGGER announce_public_change AFTER UPDATE ON "Team"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
-- A stored ranking, but not the claim of the process that computes it.
CREATE TRIGGER announce_public_change AFTER UPDATE OF "computedAt" OR DELETE OR TRUNCATE ON "RankingSnapshot"
  FOR EACH STATEMENT EXECUTE FUNCTION announce_public_change();
