import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { isMetricName, METRICS } from '#lib/domain/metrics/metrics.ts';
import type { PhaseMetric } from '#lib/domain/phases/settings.ts';
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

/** What was recorded of a phase, and the rules that it is ranked by. */
export interface RecordedPhase {
  /** Scored ones, of any number of teams. */
  submissions: readonly RecordedSubmission[];
  /** The first is the primary one. */
  metrics: readonly PhaseMetric[];
  /** Declared worst value per metric. */
  worst: Readonly<Record<string, number>>;
  counting: 'BEST' | 'LATEST';
  replicates?: number;
  seed: number;
}

/**
 * The board of a phase from what was recorded: one submission a team, ranked.
 *
 * @throws Error where a metric is not in the registry or the test set declares no worst value for it.
 */
export function rankRecorded({
  submissions,
  counting,
  replicates,
  seed,
  ...phase
}: RecordedPhase): RankedRow[] {
  const metrics = rankedMetrics(phase, submissions);
  const results = submissions.map(({ cases, ...submission }) => ({
    ...submission,
    cases: cases.map(resultOf),
  }));
  const rule = counting === 'BEST' ? { counting, primary: metrics[0]! } : { counting };
  return rankLeaderboard({
    submissions: countingSubmissions(results, rule),
    metrics,
    ...(replicates !== undefined && { replicates }),
    seed,
  });
}

function rankedMetrics(
  { metrics, worst }: Pick<RecordedPhase, 'metrics' | 'worst'>,
  submissions: readonly RecordedSubmission[],
): RankedMetric[] {
  return metrics.map(({ metric, weight }) => {
    if (!isMetricName(metric)) throw new Error(`No metric is called ${metric}.`);
    const declared = worst[metric];
    if (declared === undefined) throw new Error(`The test set declares no worst value for ${metric}.`);
    const undefinedCases = undefinedPlaces(submissions, metric);
    return { metric, better: METRICS[metric].better, weight, worst: declared, undefinedCases };
  });
}

/**
 * Places of the cases on which no prediction has a value of the metric. Every submission says the same of a case,
 * because it follows from the truth.
 */
export function undefinedPlaces(
  submissions: readonly Pick<RecordedSubmission, 'cases'>[],
  metric: string,
): Set<number> {
  const places = submissions.flatMap(({ cases }) =>
    cases.flatMap(({ undefinedMetrics }, place) => (undefinedMetrics.includes(metric) ? [place] : [])),
  );
  return new Set(places);
}

function resultOf({ status, metrics }: RecordedCase): CaseResult {
  return status === 'SCORED' ? metrics : 'failed';
}
