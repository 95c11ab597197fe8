-- How long containers ran on the cases of an evaluation, and how much of that a team may use in a phase.
ALTER TABLE "Evaluation" ADD COLUMN "containerSeconds" DOUBLE PRECISION NOT NULL DEFAULT 0;
GRANT UPDATE ("containerSeconds") ON "Evaluation" TO heldout_runner;
UPDATE "Evaluation" evaluation SET "containerSeconds" = spent.seconds
FROM (SELECT "evaluationId", sum(seconds) AS seconds FROM "CaseScore" WHERE seconds IS NOT NULL GROUP BY 1) spent
WHERE spent."evaluationId" = evaluation.id;
ALTER TABLE "Phase" ADD COLUMN "computeHours" DOUBLE PRECISION;
