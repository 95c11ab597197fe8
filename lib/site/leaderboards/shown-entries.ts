import { findShownEntries, leavesOutHeldBack, leftOutCases } from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack, withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { decodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import { hasVersions, leaderboardVersions, type MetricVersions } from '#lib/domain/evaluations/rescoring.ts';
import { aggregateCases, caseValue } from '#lib/domain/metrics/aggregate.ts';
import { countingSubmissions } from '#lib/domain/ranking/counting.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { Database } from '#lib/platform/database.ts';
import { readPublished } from '#lib/platform/rows/rescoring.ts';
import { findScoredEvaluations, type ScoredEvaluation } from '#lib/platform/rows/scored-evaluations.ts';
import { decideLadder } from './decide-ladder.ts';
import { type CountingSubmission, type RankedPhase, toCounting } from './ranked-phase.ts';

export interface ShownEntries {
  /** Those of which scores are shown, in order of submission; their means leave out the held-back cases. */
  scored: ScoredEvaluation[];
  /** One of each team. */
  counting: CountingSubmission[];
  /** Of the organizers: shown beside the others, of which they change nothing. */
  baselines: ScoredEvaluation[];
  /** For each case of the test set, whether the ranking leaves it out. */
  heldBack: boolean[];
  /** Of the metrics, the same for all submissions. */
  versions: MetricVersions;
  /** Of the rescoring that was published last. */
  rescoringId: string | null;
}

/**
 * What rankings, and everything that is computed with them, may be computed from: the shown submissions, on the cases that
 * aren't held back, with the same versions of the metrics. Which submission of a team counts is decided without the
 * held-back cases in the final ranking too, or the best of many would be chosen by them.
 * @param frozen the attempts of a final ranking: these and no others, whatever became of them since.
 */
export async function readShownEntries(
  db: Database,
  phase: RankedPhase,
  frozen: readonly string[] | null = null,
): Promise<ShownEntries> {
  const { metrics, task, counting, heldBackPercent } = phase;
  const primary = metrics[0]!.metric;
  const { better } = requireMetric(task, primary);
  const { caseCount } = phase.testSet;
  const drawn = drawHeldBack({ ...phase, caseCount });
  const published = await readPublished(db, phase.id);
  let versions: MetricVersions | null = null;
  const find = async () => {
    const all = await findScoredEvaluations(db, phase.id, primary, frozen);
    const ranked = all.filter(isRanked);
    versions = leaderboardVersions(published?.versions ?? null, ranked.length > 0 ? ranked : all);
    const found = all.filter((one) => hasVersions(one.versions, versions!, metrics));
    return heldBackPercent === 0 ? found : withoutHeldBackCases(db, phase, found, drawn);
  };
  let found = await find();
  if (frozen === null && phase.disclosure === 'LADDER' && found.some(({ ladder }) => ladder === null)) {
    await decideLadder(db, phase, found.filter(isRanked), drawn);
    found = await find();
  }
  // The ladder compared withdrawn and excluded ones too, or a team could withdraw its entry to get another first one.
  const shown = frozen
    ? found
    : findShownEntries(phase, found).filter(({ submission }) => !submission.hasTombstone);
  const scored = shown.filter(isRanked);
  return {
    scored,
    baselines: shown.filter((one) => !isRanked(one)),
    counting: countingSubmissions(scored.map(toCounting), { counting, better }),
    heldBack: leftOutCases(phase, caseCount),
    versions: versions ?? {},
    rescoringId: published?.id ?? null,
  };
}

function isRanked({ submission }: ScoredEvaluation): boolean {
  return submission.baseline === null;
}

/** The same with means, and before the final ranking with failed cases, of the cases that aren't held back. */
async function withoutHeldBackCases(
  db: Database,
  { metrics, task, testSet, ...phase }: RankedPhase,
  found: readonly ScoredEvaluation[],
  heldBack: readonly boolean[],
): Promise<ScoredEvaluation[]> {
  const { metric } = metrics[0]!;
  const rows = await db.caseValues.findMany({
    where: { metric, evaluationId: { in: found.map(({ id }) => id) } },
  });
  const valuesOf = new Map(rows.map(({ evaluationId, values }) => [evaluationId, values]));
  const worst = worstOf(task, testSet.worst)[metric]!;
  const isFinal = !leavesOutHeldBack(phase);
  return found.map((evaluation) => {
    const values = valuesOf.get(evaluation.id);
    if (!values) return { ...evaluation, mean: null };
    const cases = withoutHeldBack(decodeCaseValues(new Map([[metric, values]]), testSet.caseCount), heldBack);
    const { mean } = aggregateCases(
      cases.map((one) => caseValue(one, metric)),
      worst,
    );
    const failed = cases.filter(({ status }) => status !== 'SCORED').length;
    return { ...evaluation, mean, failedCases: isFinal ? evaluation.failedCases : failed };
  });
}
