import {
  type Aggregate,
  aggregateCases,
  type CaseValue,
  caseValue,
  type RecordedCase,
  roundScore,
} from '#lib/domain/metrics/aggregate.ts';
import type { RankedRow } from '#lib/domain/ranking/leaderboard.ts';
import { type RecordedPhase, rankRecorded, undefinedCaseIndices } from '#lib/domain/ranking/recorded.ts';
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
}

export interface RescoredSubmission {
  id: string;
  team: string;
  algorithm: string;
  submittedAt: Date;
  /** The published scores, with the metric versions of that time. */
  scores: readonly { metric: string; version: number; mean: number | null; median: number | null }[];
  cases: readonly RescoredCase[];
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
  changedCases: number;
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
 * case is left out for all submissions where a metric is undefined for any prediction. Metrics over the set aren't
 * computed again: their recorded values take part in both rankings.
 *
 * @param phase the phase's ranking rules; this function sets `replicates` and `submissions`. `version` is that of the
 *   organizers' scorer, where it computes the metrics.
 */
export function compareScores(
  phase: Omit<RecordedPhase, 'submissions' | 'replicates'> & { version?: number | undefined },
  submissions: readonly RescoredSubmission[],
): RescoreReport {
  const submissionsAt = (time: 'before' | 'after') =>
    submissions.map(({ cases, scores, ...rest }) => ({
      ...rest,
      cases: cases.map((one) => one[time]),
      sets: recordedSets(scores),
    }));
  const after = submissionsAt('after');
  // Only the ranks are needed, so one replicate, the minimum, is enough.
  const ranks = (recorded: RecordedPhase['submissions']) =>
    ranksOf(rankRecorded({ ...phase, submissions: recorded, replicates: 1 }));
  const [rankBefore, rankAfter] = [ranks(submissionsAt('before')), ranks(after)];
  const changes = submissions.map((submission): SubmissionChange => {
    const found = phase.metrics.flatMap(({ metric }) => caseChanges(submission, metric));
    return {
      submissionId: submission.id,
      team: submission.team,
      algorithm: submission.algorithm,
      rankBefore: rankBefore.get(submission.id) ?? null,
      rankAfter: rankAfter.get(submission.id) ?? null,
      metrics: phase.metrics.map(({ metric }) => {
        const before = versions(submission, metric, phase);
        if (requireMetric(phase.task, metric).over === 'set') {
          return { ...before, valueAfter: before.valueBefore, changedCases: 0 };
        }
        const changedCases = found.filter((change) => change.metric === metric).length;
        const undefinedCases = undefinedCaseIndices(after, metric);
        const values = submission.cases.map((one, caseIndex) =>
          undefinedCases.has(caseIndex) ? 'undefined' : caseValue(one.after, metric),
        );
        const aggregate = aggregateCases(values, worstOf(phase.task, phase.worst)[metric]!);
        return { ...before, valueAfter: shownOf(aggregate, phase.summary), changedCases };
      }),
      changes: found,
      cases: countOrigins([submission]),
    };
  });
  return {
    changed: changes.some(isSubmissionChanged),
    summary: phase.summary,
    cases: countOrigins(submissions),
    submissions: changes,
  };
}

function ranksOf(entries: readonly RankedRow[]): Map<string, number> {
  return new Map(entries.map(({ id, rank }) => [id, rank]));
}

function versions(
  { scores }: RescoredSubmission,
  metric: string,
  {
    task,
    summary,
    version: ofScorer,
  }: Pick<RecordedPhase, 'task' | 'summary'> & { version?: number | undefined },
) {
  const { version: ofMetric, over } = requireMetric(task, metric);
  const version = ofScorer ?? ofMetric;
  const published = scores.find((score) => score.metric === metric);
  const value = published && (over === 'set' ? published.mean : shownOf(published, summary));
  return {
    metric,
    versionBefore: published?.version ?? null,
    version: over === 'set' ? (published?.version ?? version) : version,
    valueBefore: value ?? null,
  };
}

/** Without replicates, because only ranks are needed. Metrics per case are not read from here. */
function recordedSets(scores: RescoredSubmission['scores']): Record<string, SetResult> {
  return Object.fromEntries(
    scores.map(({ metric, mean }) => [metric, { value: mean, failed: 0, replicates: null }]),
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
