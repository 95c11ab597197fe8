import { type CaseVolumes, decodeVolumes, VOLUME_KEYS } from '#lib/domain/evaluations/volumes.ts';
import { recordedTable } from '#lib/domain/ranking/recorded.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import type { Database } from '#lib/platform/database.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { readCaseValues, readRecordedValues } from '#lib/site/leaderboards/recorded-values.ts';

/** What figures are computed from: the recorded values of some submissions of a leaderboard. */

/**
 * The values of these metrics for submissions of a leaderboard, in their order, on the cases that aren't held back. Null
 * if one of them has lost its scores meanwhile.
 */
export async function readScoreTable(
  db: Database,
  phase: PhaseWithTestSet,
  given: { ids: readonly string[]; metrics: PhaseWithTestSet['metrics']; heldBack: readonly boolean[] },
): Promise<ScoreTable | null> {
  const { task, summary, testSetId } = phase;
  const { ids: submissionIds, metrics, heldBack } = given;
  const [evaluations, testSet] = await Promise.all([
    findScored(db, submissionIds),
    db.testSet.findUnique({ where: { id: testSetId ?? '' } }),
  ]);
  if (!testSet || evaluations.length < submissionIds.length) return null;
  const { caseCount } = testSet;
  const recordedOf = await readRecordedValues(db, { task, metrics }, { evaluations, caseCount, heldBack });
  return recordedTable({
    ...{ task, summary, metrics },
    worst: testSetFromRow(testSet).worst,
    submissions: submissionIds.map((id, index) => ({
      ...{ id, team: id, submittedAt: new Date(0) },
      ...recordedOf(evaluations[index]!),
    })),
  });
}

/** The volumes of these submissions on the cases that aren't held back, in their order. */
export async function readVolumes(
  db: Database,
  submissionIds: readonly string[],
  heldBack: readonly boolean[],
): Promise<CaseVolumes[][]> {
  const evaluations = await findScored(db, submissionIds);
  const valuesOf = await readCaseValues(db, evaluations, [...VOLUME_KEYS]);
  return submissionIds.map((_, index) =>
    decodeVolumes(valuesOf.get(evaluations[index] ?? '') ?? new Map(), heldBack.length).filter(
      ({ caseIndex }) => heldBack[caseIndex] === false,
    ),
  );
}

/** The scored attempt of each submission; shorter if one has none. */
async function findScored(db: Database, submissionIds: readonly string[]): Promise<string[]> {
  const rows = await db.evaluation.findMany({
    where: { submissionId: { in: [...submissionIds] }, state: 'SCORED' },
    orderBy: { createdAt: 'asc' },
    select: { id: true, submissionId: true },
  });
  // The latest one, as on the leaderboard.
  const latest = new Map(rows.map(({ id, submissionId }) => [submissionId, id]));
  return submissionIds.flatMap((id) => latest.get(id) ?? []);
}
