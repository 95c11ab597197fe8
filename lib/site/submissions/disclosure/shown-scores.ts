import type { SubmissionDisclosure } from '#lib/domain/disclosure/disclosure.ts';
import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { decodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import { aggregateCases, caseValue } from '#lib/domain/metrics/aggregate.ts';
import { worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { Score as ScoreColumns } from '#prisma-client';

export type Score = Omit<ScoreColumns, 'replicates'>;

/**
 * The scores of an evaluation: as recorded, or without the held-back cases, if what is shown must not depend on them.
 *
 * @param heldBack by `drawHeldBack`.
 */
export async function readShownScores(
  db: Transaction,
  evaluationId: string,
  {
    phase,
    heldBack,
    disclosure: { leavesOutHeldBack },
  }: {
    phase: Pick<Phase, 'id' | 'task'>;
    heldBack: readonly boolean[];
    disclosure: Pick<SubmissionDisclosure, 'leavesOutHeldBack'>;
  },
): Promise<Score[]> {
  const scores = await db.score.findMany({ where: { evaluationId }, omit: { replicates: true } });
  if (!leavesOutHeldBack) return scores;
  const [rows, testSet] = await Promise.all([
    db.caseValues.findMany({ where: { evaluationId } }),
    db.testSet.findFirstOrThrow({ where: { phases: { some: { id: phase.id } } } }),
  ]);
  const worst = worstOf(phase.task, testSetFromRow(testSet).worst);
  const valuesOf = new Map(rows.map(({ metric, values }) => [metric, values]));
  const cases = withoutHeldBack(decodeCaseValues(valuesOf, heldBack.length), heldBack);
  // A phase that holds cases back has no metric over the set.
  return scores
    .filter(({ metric }) => valuesOf.has(metric))
    .map((score) => {
      const values = cases.map((one) => caseValue(one, score.metric));
      return { ...score, ...aggregateCases(values, worst[score.metric]!) };
    });
}
