import type { Database } from '#lib/platform/database.ts';

/**
 * Clears the predictions of evaluations that ended longer ago than their phase keeps them, and returns the
 * names of their blobs. Concurrent calls each return different blobs.
 */
export async function expirePredictions(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ predictionBlob: string }[]>`
    WITH expired AS (
      SELECT c."evaluationId", c."caseIndex", c."predictionBlob"
      FROM "CaseScore" c
      JOIN "Evaluation" e ON e.id = c."evaluationId"
      JOIN "Submission" s ON s.id = e."submissionId"
      JOIN "Phase" p ON p.id = s."phaseId"
      WHERE c."predictionBlob" IS NOT NULL
        AND e."finishedAt" < now() - make_interval(days => p."keepsPredictionsDays")
      FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE "CaseScore" c SET "predictionBlob" = NULL
    FROM expired
    WHERE c."evaluationId" = expired."evaluationId" AND c."caseIndex" = expired."caseIndex"
    RETURNING expired."predictionBlob"`;
  return rows.map(({ predictionBlob }) => predictionBlob);
}

/** Blob names of all kept predictions. */
export async function referencedPredictions(db: Database): Promise<Set<string>> {
  const rows = await db.caseScore.findMany({
    where: { predictionBlob: { not: null } },
    select: { predictionBlob: true },
  });
  return new Set(rows.flatMap(({ predictionBlob }) => predictionBlob ?? []));
}
