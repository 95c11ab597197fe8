import type { TestDatabase } from '#test/support/database.ts';
import type { Scene } from '#test/support/site/scene.ts';
import { recordScores, type TestCaseRecord } from './record-scores.ts';

/**
 * A scored submission of a new team, with the Dice of each case of the test set; null is a failed case. The volume difference
 * is 10·(1 − Dice).
 */
export async function scoredSubmission(
  database: Pick<TestDatabase, 'owner' | 'runner'>,
  scene: Scene,
  cases: readonly (number | null)[],
) {
  const evaluationId = await scene.evaluation();
  await database.owner.evaluation.update({
    where: { id: evaluationId },
    data: { caseCount: cases.length },
  });
  const records = cases.map(
    (dice): TestCaseRecord =>
      dice === null
        ? { status: 'FAILED' as const, code: 'EXIT_NONZERO' }
        : { status: 'SCORED' as const, metrics: { dice, volume_difference: 10 * (1 - dice) } },
  );
  await recordScores(database, evaluationId, records);
  const { submission } = await database.owner.evaluation.findUniqueOrThrow({
    where: { id: evaluationId },
    include: { submission: { include: { team: true } } },
  });
  return { ...submission, evaluationId };
}
