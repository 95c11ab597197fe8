-- Calendars take a change over only if an event has a higher sequence than before. It counts for the whole challenge.
ALTER TABLE "Challenge"
  ADD COLUMN "calendarSequence" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "calendarChangedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

CREATE FUNCTION change_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "Challenge" SET "calendarSequence" = "calendarSequence" + 1, "calendarChangedAt" = clock_timestamp()
  WHERE id = coalesce(NEW."challengeId", OLD."challengeId");
  RETURN NULL;
END;
$$;
CREATE TRIGGER change_calendar_with_phases AFTER INSERT OR DELETE ON "Phase"
  FOR EACH ROW EXECUTE FUNCTION change_calendar();
CREATE TRIGGER change_calendar AFTER UPDATE OF "opensAt", "closesAt", "title" ON "Phase"
  FOR EACH ROW WHEN (
    (OLD."opensAt", OLD."closesAt", OLD."title") IS DISTINCT FROM (NEW."opensAt", NEW."closesAt", NEW."title")
  )
  EXECUTE FUNCTION change_calendar();

CREATE FUNCTION change_own_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."calendarSequence" := OLD."calendarSequence" + 1;
  NEW."calendarChangedAt" := clock_timestamp();
  RETURN NEW;
END;
$$;
CREATE TRIGGER change_calendar BEFORE UPDATE OF "title", "dates" ON "Challenge"
  FOR EACH ROW WHEN ((OLD."title", OLD."dates") IS DISTINCT FROM (NEW."title", NEW."dates"))
  EXECUTE FUNCTION change_own_calendar();
