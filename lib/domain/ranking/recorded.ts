import { aggregateCases, caseValue, type RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import type { PhaseMetric } from '#lib/domain/phases/phase-metrics.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import { analyzeRanking, type RankingAnalysis } from './analysis.ts';
import { countingSubmissions } from './counting.ts';
import type { RankingMemory } from './memory.ts';
import {
  type CaseResult,
  type RankedMetric,
  type RankedSubmission,
  type ScoreTable,
  type SetResult,
  scoreTable,
} from './table.ts';

export interface RecordedSubmission {
  id: string;
  team: string;
  submittedAt: Date;
  /** When the team selected it. */
  selectedAt?: Date | null;
  /** In the order of the test set. */
  cases: readonly RecordedCase[];
  /** By metric over the set. */
  sets?: Readonly<Record<string, SetResult>>;
}

/** The recorded results of a phase, and its ranking rules. */
export interface RecordedPhase {
  /** Scored submissions of any number of teams. */
  submissions: readonly RecordedSubmission[];
  task: Task;
  /** The first is the primary metric. */
  metrics: readonly PhaseMetric[];
  /** Worst value per metric that cases have a value of. */
  worst: Readonly<Record<string, number>>;
  counting: PhaseRules['counting'];
  ranking: PhaseRules['ranking'];
  summary: PhaseRules['summary'];
  replicates?: number;
  seed: number;
  /** Of the last ranking of the phase. */
  memory?: RankingMemory | null;
}

/** The analysis of the submissions that count, in its order. */
export interface RecordedAnalysis {
  submissions: readonly RankedSubmission[];
  analysis: RankingAnalysis;
}

/**
 * Analyzes the ranking of a phase from recorded results: one submission per team.
 *
 * @returns null without submissions.
 * @throws Error if the test set has no worst value for a metric.
 */
export function analyzeRecorded({
  submissions,
  counting,
  ranking,
  summary,
  replicates,
  seed,
  memory = null,
  ...phase
}: RecordedPhase): RecordedAnalysis | null {
  if (submissions.length === 0) return null;
  const metrics = rankedMetrics(phase, submissions);
  const primary = metrics[0]!;
  const results = submissions.map(({ cases, ...submission }) => ({
    ...submission,
    primaryMean: primaryMean({ cases, ...submission }, primary),
    cases: cases.map(resultOf),
  }));
  const counted = countingSubmissions(results, { counting, better: primary.better });
  const analysis = analyzeRanking({
    ...{ submissions: counted, metrics, method: ranking, summary, seed, intervalsOf: 'averages', memory },
    ...(replicates !== undefined && { replicates }),
  });
  return { submissions: counted, analysis };
}

/** As it is stored with the scores: scoring.md, "From cases to a score". */
function primaryMean({ cases, sets }: RecordedSubmission, primary: RankedMetric): number | null {
  if (primary.over === 'set') return sets?.[primary.metric]?.value ?? null;
  const values = cases.map((one) => caseValue(one, primary.metric));
  return aggregateCases(values, primary.worst).mean;
}

/** The table of recorded submissions, all of them. @throws Error if the test set has no worst value for a metric. */
export function recordedTable({
  submissions,
  summary,
  ...phase
}: Pick<RecordedPhase, 'submissions' | 'summary' | 'task' | 'metrics' | 'worst'>): ScoreTable {
  const results = submissions.map(({ cases, ...submission }) => ({
    ...submission,
    cases: cases.map(resultOf),
  }));
  return scoreTable(results, rankedMetrics(phase, submissions), summary);
}

function rankedMetrics(
  { task, metrics, worst }: Pick<RecordedPhase, 'task' | 'metrics' | 'worst'>,
  submissions: readonly RecordedSubmission[],
): RankedMetric[] {
  const worstValues = worstOf(task, worst);
  return metrics.map(({ metric, weight }): RankedMetric => {
    const { better, over } = requireMetric(task, metric);
    if (over === 'set') return { metric, better, over, weight };
    const worstValue = worstValues[metric];
    if (worstValue === undefined) throw new Error(`The test set has no worst value for ${metric}.`);
    const undefinedCases = undefinedCaseIndices(submissions, metric);
    return { metric, better, over, weight, worst: worstValue, undefinedCases };
  });
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
