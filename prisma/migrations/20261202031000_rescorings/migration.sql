-- Scores of a phase in another version, beside those in force.
CREATE TYPE "RescoringState" AS ENUM ('SHADOW', 'PUBLISHED', 'DROPPED');
CREATE TABLE "Rescoring" (
  "id" UUID NOT NULL,
  "phaseId" UUID NOT NULL,
  "state" "RescoringState" NOT NULL DEFAULT 'SHADOW',
  "versions" JSONB NOT NULL,
  "report" JSONB NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "decidedAt" TIMESTAMPTZ(3),
  CONSTRAINT "Rescoring_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "Rescoring_phaseId_fkey" FOREIGN KEY ("phaseId") REFERENCES "Phase"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Rescoring_phaseId_id_idx" ON "Rescoring"("phaseId", "id");
CREATE TABLE "RescoredEvaluation" (
  "rescoringId" UUID NOT NULL,
  "evaluationId" UUID NOT NULL,
  "scores" JSONB NOT NULL,
  "cases" JSONB NOT NULL,
  CONSTRAINT "RescoredEvaluation_pkey" PRIMARY KEY ("rescoringId", "evaluationId"),
  CONSTRAINT "RescoredEvaluation_rescoringId_fkey" FOREIGN KEY ("rescoringId") REFERENCES "Rescoring"("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "RescoredEvaluation_evaluationId_fkey" FOREIGN KEY ("evaluationId") REFERENCES "Evaluation"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "RescoredEvaluation_evaluationId_idx" ON "RescoredEvaluation"("evaluationId");
-- Only a runner writes scores. The site may drop them; to publish them, it calls the function below.
GRANT SELECT, INSERT ON "Rescoring", "RescoredEvaluation" TO heldout_runner;
GRANT SELECT ON "Rescoring", "RescoredEvaluation" TO heldout_site;

-- Exchanges the scores in force and those of a rescoring, so that the rescoring then holds the old ones. Returns false
-- if it was decided before. With the rights of its owner, because the site can't write scores: it can put in force what a
-- runner wrote, and nothing else.
CREATE FUNCTION publish_rescoring(rescoring UUID) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  phase UUID;
  shadow "RescoredEvaluation"%ROWTYPE;
  old_scores JSONB;
  old_cases JSONB;
BEGIN
  UPDATE "Rescoring" SET state = 'PUBLISHED', "decidedAt" = clock_timestamp()
  WHERE id = rescoring AND state = 'SHADOW' RETURNING "phaseId" INTO phase;
  IF phase IS NULL THEN RETURN false; END IF;
  FOR shadow IN SELECT * FROM "RescoredEvaluation" WHERE "rescoringId" = rescoring ORDER BY "evaluationId" LOOP
    SELECT jsonb_agg(jsonb_build_object(
      'metric', s.metric, 'version', s.version, 'mean', s.mean, 'sd', s.sd, 'median', s.median, 'q1', s.q1, 'q3', s.q3,
      'min', s.min, 'max', s.max, 'n', s.n, 'failed', s.failed, 'replicates', encode(s.replicates, 'base64'),
      'caseValues', encode(v."values", 'base64')))
    INTO old_scores FROM "Score" s
    LEFT JOIN "CaseValues" v ON v."evaluationId" = s."evaluationId" AND v.metric = s.metric
    WHERE s."evaluationId" = shadow."evaluationId";
    SELECT jsonb_agg(jsonb_build_object('caseIndex', c."caseIndex", 'status', c.status, 'code', c.code,
      'message', c.message, 'metrics', c.metrics, 'undefinedMetrics', c."undefinedMetrics"))
    INTO old_cases FROM "CaseScore" c WHERE c."evaluationId" = shadow."evaluationId";

    DELETE FROM "Score" WHERE "evaluationId" = shadow."evaluationId";
    DELETE FROM "CaseValues" WHERE "evaluationId" = shadow."evaluationId";
    INSERT INTO "Score" ("evaluationId", metric, version, mean, sd, median, q1, q3, min, max, n, failed, replicates)
    SELECT shadow."evaluationId", metric, version, mean, sd, median, q1, q3, min, max, n, failed, decode(replicates, 'base64')
    FROM jsonb_to_recordset(shadow.scores) AS given(metric text, version int, mean float8, sd float8, median float8,
      q1 float8, q3 float8, min float8, max float8, n int, failed int, replicates text);
    INSERT INTO "CaseValues" ("evaluationId", metric, "values")
    SELECT shadow."evaluationId", metric, decode("caseValues", 'base64')
    FROM jsonb_to_recordset(shadow.scores) AS given(metric text, "caseValues" text) WHERE "caseValues" IS NOT NULL;
    UPDATE "CaseScore" c SET status = given.status::"CaseStatus", code = given.code, message = given.message,
      metrics = given.metrics, "undefinedMetrics" = given."undefinedMetrics"
    FROM jsonb_to_recordset(shadow.cases) AS given("caseIndex" int, status text, code text, message text, metrics jsonb,
      "undefinedMetrics" text[])
    WHERE c."evaluationId" = shadow."evaluationId" AND c."caseIndex" = given."caseIndex";
    UPDATE "Evaluation" e SET "failedCases" = (SELECT count(*) FROM "CaseScore" c
      WHERE c."evaluationId" = e.id AND c.status <> 'SCORED')
    WHERE e.id = shadow."evaluationId";
    UPDATE "RescoredEvaluation" SET scores = coalesce(old_scores, '[]'), cases = coalesce(old_cases, '[]')
    WHERE "rescoringId" = rescoring AND "evaluationId" = shadow."evaluationId";
  END LOOP;
  UPDATE "Phase" SET "scoresVersion" = "scoresVersion" + 1 WHERE id = phase;
  PERFORM pg_notify('scores_changed', phase::text);
  RETURN true;
END $$;
-- Drops the scores of a rescoring. Returns false if it was decided before.
CREATE FUNCTION drop_rescoring(rescoring UUID) RETURNS BOOLEAN
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Rescoring" SET state = 'DROPPED', "decidedAt" = clock_timestamp() WHERE id = rescoring AND state = 'SHADOW';
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM "RescoredEvaluation" WHERE "rescoringId" = rescoring;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION publish_rescoring(UUID), drop_rescoring(UUID) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION publish_rescoring(UUID), drop_rescoring(UUID) TO heldout_site;
