import { deepStrictEqual } from 'node:assert/strict';
import { fillMissingCases } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { metricScores } from '#lib/domain/evaluations/metric-scores.ts';
import type { Database } from '#lib/platform/database.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { METRIC_INFOS_OF_PHASES, WORST } from './case-results.ts';
import { CASES } from './challenges.ts';

const COMPARED = 200;

/**
 * Calculates aggregates, compact values and counts of some evaluations from the stored scores of their cases.
 *
 * @throws AssertionError if stored ones differ.
 */
export async function checkScores(db: Database): Promise<void> {
  const ids = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Evaluation" WHERE state = 'SCORED' ORDER BY md5(id::text) LIMIT ${COMPARED}`;
  for (const { id } of ids) {
    const evaluation = await db.evaluation.findUniqueOrThrow({
      where: { id },
      include: { caseScores: true, scores: true, caseValues: true },
    });
    const cases = evaluation.caseScores.map(caseScoreFromRow).sort((a, b) => a.caseIndex - b.caseIndex);
    const failed = cases.filter(({ status }) => status !== 'SCORED');
    const expected = metricScores(fillMissingCases(CASES, cases), METRIC_INFOS_OF_PHASES, WORST);
    deepStrictEqual(
      {
        scores: new Map(evaluation.scores.map(({ evaluationId: _, ...score }) => [score.metric, score])),
        values: new Map(evaluation.caseValues.map(({ metric, values }) => [metric, Buffer.from(values)])),
        counts: [evaluation.scoredCases, evaluation.failedCases, evaluation.caseCodes.toSorted()],
      },
      {
        scores: new Map(
          expected.map(({ caseValues: _, replicates = null, ...score }) => [
            score.metric,
            { ...score, replicates },
          ]),
        ),
        values: new Map(
          expected.map(({ metric, caseValues }) => [metric, caseValues && Buffer.from(caseValues)]),
        ),
        counts: [
          CASES - failed.length,
          failed.length,
          [...new Set(failed.map(({ code }) => code))].toSorted(),
        ],
      },
      `The scores of evaluation ${id} don't follow from its cases.`,
    );
  }
}
