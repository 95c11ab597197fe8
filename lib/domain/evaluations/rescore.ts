import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import {
  type Aggregate,
  aggregateCases,
  type CaseValue,
  caseValue,
  type RecordedCase,
  roundScore,
} from '#lib/domain/metrics/aggregate.ts';
import {
  analyzeRecorded,
  type RecordedAnalysis,
  type RecordedPhase,
  undefinedCaseIndices,
} from '#lib/domain/ranking/recorded.ts';
import type { SetResult } from '#lib/domain/ranking/table.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';

/** Where the rescored value of a case comes from. */
export type CaseOrigin =
  /** Scored again from its kept prediction. */
  | 'scoredAgain'
  /** The container wrote no prediction, so there is nothing to score. */
  | 'failed'
  /** No prediction was kept, or it has expired. */
  | 'notKept'
  /** A prediction was recorded, but it is missing from the store or this key can't open it. */
  | 'lost';

export interface RescoredCase {
  before: RecordedCase;
  /** Equal to `before` if the case couldn't be scored again. */
  after: RecordedCase;
  origin: CaseOrigin;
  /** Why the case isn't scored any more, if it was rescored. */
  reason?: { code: string | null; message: string | null };
}

export interface RescoredSubmission {
  id: string;
  team: string;
  algorithm: string;
  submittedAt: Date;
  /** The published scores, with the metric versions of that time. */
  scores: readonly { metric: string; version: number; mean: number | null; median: number | null }[];
  cases: readonly RescoredCase[];
  /**
   * Values of metrics over the set that were computed again, from all cases, rounded as scores are: null where a metric
   * is undefined. A metric that isn't there keeps its recorded value.
   */
  sets: Readonly<Record<string, number | null>>;
  /** Whether it takes part in rankings; true if left out. */
  isRanked?: boolean;
}

export interface CaseChange {
  /** Index in the sealed test set, from 0. */
  caseIndex: number;
  metric: string;
  before: CaseValue;
  after: CaseValue;
}

export interface MetricChange {
  metric: string;
  versionBefore: number | null;
  version: number;
  /** The average of the cases that the phase shows. */
  valueBefore: number | null;
  valueAfter: number | null;
  /** 0 of a metric over the set, which has no values of cases. */
  changedCases: number;
  /** Whether each case has a value, or only all cases together. */
  over: 'case' | 'set';
  /** False if some cases of a metric over the set couldn't be scored again, so that it keeps its recorded value. */
  isRescored: boolean;
}

export interface SubmissionChange {
  submissionId: string;
  team: string;
  algorithm: string;
  /** null if another submission of the team counts. */
  rankBefore: number | null;
  rankAfter: number | null;
  metrics: MetricChange[];
  changes: CaseChange[];
  cases: Record<CaseOrigin, number>;
  /** Whether each of its cases and metrics has the new version. */
  isWhole: boolean;
}

export interface RescoreReport {
  /** Whether any version, average, value or rank would change. */
  changed: boolean;
  /** The average that the values of metrics are. */
  summary: RecordedPhase['summary'];
  cases: Record<CaseOrigin, number>;
  submissions: SubmissionChange[];
}

/**
 * Compares the recorded scores with rescored ones: averages, values of single cases and ranks, rounded to 10
 * decimals before comparison. Cases that couldn't be scored again keep their values. As on the leaderboard, a
 * case is left out for all submissions where a metric is undefined for any prediction. A metric over the set that
 * couldn't be computed again takes part in both rankings with its recorded value.
 *
 * @param phase the phase's ranking rules; this function sets `replicates` and `submissions`. `version` is that of the
 *   organizers' scorer, where it computes the metrics. `heldBack` are the cases that rankings leave out. With
 *   `ranksWhole`, a submission that couldn't be rescored as a whole has no rank afterwards, because a leaderboard never
 *   mixes versions.
 */
export function compareScores(
  phase: Omit<RecordedPhase, 'submissions' | 'replicates'> & {
    version?: number | undefined;
    heldBack?: readonly boolean[];
    ranksWhole?: boolean;
  },
  submissions: readonly RescoredSubmission[],
): RescoreReport {
  const submissionsAt = (time: 'before' | 'after') =>
    submissions.map(({ cases, scores, sets, ...rest }) => ({
      ...rest,
      cases: cases.map((one) => one[time]),
      sets: setResults({ ...recordedSets(scores), ...(time === 'after' && sets) }),
    }));
  const after = submissionsAt('after');
  const whole = new Set(submissions.filter((one) => isWhole(one, phase)).map(({ id }) => id));
  // Only the ranks are needed, so one replicate, the minimum, is enough.
  const ranks = (recorded: ReturnType<typeof submissionsAt>) =>
    ranksOf(
      analyzeRecorded({
        ...phase,
        submissions: recorded
          .filter(({ isRanked = true }) => isRanked)
          .map((one) => ({ ...one, cases: withoutHeldBack(one.cases, phase.heldBack ?? []) })),
        replicates: 1,
      }),
    );
  const ranked = phase.ranksWhole ? after.filter(({ id }) => whole.has(id)) : after;
  const [rankBefore, rankAfter] = [ranks(submissionsAt('before')), ranks(ranked)];
  const changes = submissions.map((submission): SubmissionChange => {
    const found = phase.metrics.flatMap(({ metric }) => caseChanges(submission, metric));
    return {
      submissionId: submission.id,
      team: submission.team,
      algorithm: submission.algorithm,
      rankBefore: rankBefore.get(submission.id) ?? null,
      rankAfter: rankAfter.get(submission.id) ?? null,
      metrics: phase.metrics.map(({ metric }): MetricChange => {
        const before = recordedMetric(submission, metric, phase);
        if (before.over === 'set') return { ...before, ...setAfter(submission, before), changedCases: 0 };
        const changedCases = found.filter((change) => change.metric === metric).length;
        const undefinedCases = undefinedCaseIndices(after, metric);
        const valueAfter = averageAfter(submission, metric, { ...phase, undefinedCases });
        return { ...before, valueAfter, changedCases, isRescored: true };
      }),
      changes: found,
      cases: countOrigins([submission]),
      isWhole: whole.has(submission.id),
    };
  });
  return {
    changed: changes.some(isSubmissionChanged),
    summary: phase.summary,
    cases: countOrigins(submissions),
    submissions: changes,
  };
}

/** Whether all of a submission has the new version: each case was scored again or has nothing to score. */
export function isWhole(
  { cases, sets }: Pick<RescoredSubmission, 'cases' | 'sets'>,
  { task, metrics }: Pick<RecordedPhase, 'task' | 'metrics'>,
): boolean {
  const overSet = metrics.filter(({ metric }) => requireMetric(task, metric).over === 'set');
  return (
    cases.every(({ origin }) => origin === 'scoredAgain' || origin === 'failed') &&
    overSet.every(({ metric }) => sets[metric] !== undefined)
  );
}

function ranksOf(recorded: RecordedAnalysis | null): Map<string, number> {
  const ranks = recorded?.submissions.map(({ id }, s): [string, number] => {
    return [id, recorded.analysis.ranking.ranks[s]!];
  });
  return new Map(ranks);
}

function recordedMetric(
  { scores }: RescoredSubmission,
  metric: string,
  {
    task,
    summary,
    version: ofScorer,
  }: Pick<RecordedPhase, 'task' | 'summary'> & { version?: number | undefined },
) {
  const { version: ofMetric, over } = requireMetric(task, metric);
  const published = scores.find((score) => score.metric === metric);
  const value = published && (over === 'set' ? published.mean : shownOf(published, summary));
  return {
    metric,
    over,
    versionBefore: published?.version ?? null,
    version: ofScorer ?? ofMetric,
    valueBefore: value ?? null,
  };
}

/** A metric over the set after rescoring: recorded values keep their version. */
function setAfter(
  { sets }: RescoredSubmission,
  { metric, versionBefore, version, valueBefore }: ReturnType<typeof recordedMetric>,
): Pick<MetricChange, 'version' | 'valueAfter' | 'isRescored'> {
  const value = sets[metric];
  if (value === undefined)
    return { version: versionBefore ?? version, valueAfter: valueBefore, isRescored: false };
  return { version, valueAfter: value, isRescored: true };
}

function averageAfter(
  { cases }: RescoredSubmission,
  metric: string,
  {
    task,
    worst,
    summary,
    undefinedCases,
  }: Pick<RecordedPhase, 'task' | 'worst' | 'summary'> & { undefinedCases: ReadonlySet<number> },
): number | null {
  const values = cases.map((one, caseIndex) =>
    undefinedCases.has(caseIndex) ? 'undefined' : caseValue(one.after, metric),
  );
  return shownOf(aggregateCases(values, worstOf(task, worst)[metric]!), summary);
}

/** Metrics per case are not read from here. */
function recordedSets(scores: RescoredSubmission['scores']): Record<string, number | null> {
  return Object.fromEntries(scores.map(({ metric, mean }) => [metric, mean]));
}

/** Without replicates, because only ranks are needed. */
function setResults(values: Readonly<Record<string, number | null>>): Record<string, SetResult> {
  return Object.fromEntries(
    Object.entries(values).map(([metric, value]) => [metric, { value, failed: 0, replicates: null }]),
  );
}

function shownOf(
  { mean, median }: Pick<Aggregate, 'mean' | 'median'>,
  summary: RecordedPhase['summary'],
): number | null {
  return summary === 'MEDIAN' ? median : mean;
}

function caseChanges({ cases }: RescoredSubmission, metric: string): CaseChange[] {
  return cases.flatMap((one, caseIndex) => {
    const [before, after] = [caseValue(one.before, metric), caseValue(one.after, metric)];
    return isSame(before, after) ? [] : [{ caseIndex, metric, before, after }];
  });
}

function isSame(before: CaseValue, after: CaseValue): boolean {
  if (typeof before !== 'number' || typeof after !== 'number') return before === after;
  return roundScore(before) === roundScore(after);
}

/** Whether the submission's rank or one of its metrics would change. */
export function isSubmissionChanged({ rankBefore, rankAfter, metrics }: SubmissionChange): boolean {
  return rankBefore !== rankAfter || metrics.some(isMetricChanged);
}

/** Compares averages as they are, because they are already rounded when published. */
function isMetricChanged(metric: MetricChange): boolean {
  const { versionBefore, version, valueBefore, valueAfter, changedCases } = metric;
  return versionBefore !== version || valueBefore !== valueAfter || changedCases > 0;
}

function countOrigins(submissions: readonly RescoredSubmission[]): Record<CaseOrigin, number> {
  const counts = { scoredAgain: 0, failed: 0, notKept: 0, lost: 0 };
  for (const { origin } of submissions.flatMap(({ cases }) => cases)) counts[origin] += 1;
  return counts;
}
