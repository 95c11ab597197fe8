import { aggregateCases, caseValue, type RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import type { PhaseMetric } from '#lib/domain/phases/phase-metrics.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { requireMetric, type TaskMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import { countingSubmissions } from './counting.ts';
import { type RankedRow, rankLeaderboard } from './leaderboard.ts';
import type { CaseResult, RankedMetric } from './table.ts';

export interface RecordedSubmission {
  id: string;
  team: string;
  submittedAt: Date;
  /** In the order of the test set. */
  cases: readonly RecordedCase[];
}

/** The recorded results of a phase, and its ranking rules. */
export interface RecordedPhase {
  /** Scored submissions of any number of teams. */
  submissions: readonly RecordedSubmission[];
  task: Task;
  /** The first is the primary metric. */
  metrics: readonly PhaseMetric[];
  /** Worst value per metric. */
  worst: Readonly<Record<string, number>>;
  counting: PhaseRules['counting'];
  ranking: PhaseRules['ranking'];
  replicates?: number;
  seed: number;
}

/**
 * The leaderboard of a phase from recorded results: one submission per team, ranked.
 *
 * @throws Error if the test set has no worst value for a metric.
 */
export function rankRecorded({
  submissions,
  counting,
  ranking,
  replicates,
  seed,
  ...phase
}: RecordedPhase): RankedRow[] {
  const metrics = rankedMetrics(phase, submissions);
  const primary = metrics[0]!;
  const results = submissions.map(({ cases, ...submission }) => ({
    ...submission,
    primaryMean: primaryMean(cases, primary),
    cases: cases.map(resultOf),
  }));
  return rankLeaderboard({
    submissions: countingSubmissions(results, { counting, better: primary.better }),
    metrics,
    ranking,
    ...(replicates !== undefined && { replicates }),
    seed,
  });
}

/** As it is stored with the scores: scoring.md, "From cases to a score". */
function primaryMean(cases: readonly RecordedCase[], { metric, worst }: RankedMetric): number | null {
  return aggregateCases(
    cases.map((one) => caseValue(one, metric)),
    worst,
  ).mean;
}

function rankedMetrics(
  { task, metrics, worst }: Pick<RecordedPhase, 'task' | 'metrics' | 'worst'>,
  submissions: readonly RecordedSubmission[],
): RankedMetric[] {
  return metrics.map(({ metric, weight }) => {
    const worstValue = worstOf(task, worst)[metric];
    if (worstValue === undefined) throw new Error(`The test set has no worst value for ${metric}.`);
    const undefinedCases = undefinedCaseIndices(submissions, metric);
    const better = rankingDirection(requireMetric(task, metric));
    return { metric, better, weight, worst: worstValue, undefinedCases };
  });
}

/** Of a metric that is never ranked, either: its weight is 0. */
export function rankingDirection({ better }: Pick<TaskMetric, 'better'>): 'higher' | 'lower' {
  return better === 'lower' ? 'lower' : 'higher';
}

/**
 * Indices of the cases on which no prediction has a value of the metric. All submissions agree on them,
 * because they follow from the truth.
 */
export function undefinedCaseIndices(
  submissions: readonly Pick<RecordedSubmission, 'cases'>[],
  metric: string,
): Set<number> {
  const indices = submissions.flatMap(({ cases }) =>
    cases.flatMap(({ undefinedMetrics }, index) => (undefinedMetrics.includes(metric) ? [index] : [])),
  );
  return new Set(indices);
}

function resultOf({ status, metrics }: RecordedCase): CaseResult {
  return status === 'SCORED' ? metrics : 'failed';
}
