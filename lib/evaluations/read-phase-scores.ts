import type { Database } from '#lib/platform/database.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { findScoredEvaluations } from '#lib/platform/rows/scored-evaluations.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';

/** A phase with its sealed test set, as a runner may read it; null if it doesn't exist. */
export async function readPhase(db: Database, names: { challenge: string; phase: string }) {
  const row = await db.phase.findFirst({
    where: { slug: names.phase, challenge: { slug: names.challenge } },
    include: {
      testSet: { include: { cases: true } },
      scorers: { orderBy: { version: 'desc' }, take: 1 },
    },
  });
  if (!row) return null;
  const {
    scorers: [scorer = null],
    ...phase
  } = phaseFromRow(row);
  return { ...phase, scorer, testSet: row.testSet && testSetFromRow(row.testSet) };
}

/** The scored attempt of each submission with its scores and cases, in order of submission. */
export async function readScoredEvaluations(db: Database, phaseId: string) {
  const evaluations = await findScoredEvaluations(db, phaseId);
  const where = { evaluationId: { in: evaluations.map(({ id }) => id) } };
  const [scores, cases] = await Promise.all([
    db.score.findMany({ where, omit: { replicates: true } }),
    db.caseScore.findMany({ where, omit: { log: true } }),
  ]);
  const scoresOf = Map.groupBy(scores, ({ evaluationId }) => evaluationId);
  const casesOf = Map.groupBy(
    cases.map((row) => caseScoreFromRow(row)),
    ({ evaluationId }) => evaluationId,
  );
  return evaluations.map((evaluation) => ({
    ...evaluation,
    scores: scoresOf.get(evaluation.id) ?? [],
    caseScores: casesOf.get(evaluation.id) ?? [],
  }));
}
