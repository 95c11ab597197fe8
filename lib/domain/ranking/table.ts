import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Better } from './ranks.ts';

/** The properties of a metric that a ranking needs. */
interface MetricRules {
  metric: string;
  better: Better;
  /**
   * Weight of the metric in the ranking, ≥ 0; divided by the sum of all. A metric with weight 0 is shown but
   * not ranked by.
   */
  weight: number;
}

/** A metric that has a value on each case. */
export interface CaseMetric extends MetricRules {
  over?: 'case';
  /** Worst value, fixed when the test set was sealed; in the metric's unit. */
  worst: number;
  /**
   * Indices of the cases without a value for any prediction (sensitivity without a lesion): left out of this
   * metric for every team, including those that failed on them. None by default.
   */
  undefinedCases?: ReadonlySet<number>;
}

/** A metric that only all cases together have a value of, such as AUROC. */
export interface SetMetric extends MetricRules {
  over: 'set';
}

export type RankedMetric = CaseMetric | SetMetric;

/**
 * One case of a submission: its metrics, or `failed` (crash, time-out, no output, rejected output). A null is
 * due to the prediction (a distance with one mask empty) and takes the worst value, unless the case is
 * undefined.
 */
export type CaseResult = Readonly<Record<string, number | null>> | 'failed';

/** A metric over the set, of one submission. */
export interface SetResult {
  /** null if the truth leaves nothing to measure. */
  value: number | null;
  /** Failed cases among those that count. */
  failed: number;
  /** Its value in each replicate of the bootstrap (replicates.ts); null if they aren't known, so that it has no interval. */
  replicates: Float64Array | null;
}

/** Every submission lists its cases in the order of the test set. */
export interface RankedSubmission {
  id: string;
  cases: readonly CaseResult[];
  /** By metric over the set. */
  sets?: Readonly<Record<string, SetResult>>;
}

/** One metric of all submissions on all cases. */
export interface CaseColumn {
  over: 'case';
  metric: CaseMetric;
  /** Value of submission s on case c at [c · submissionCount + s]; the worst value if it failed. */
  values: Float64Array;
  /** In the same order: 1 where the submission took the worst value, because it failed or has no value. */
  missing: Uint8Array;
  /** 1 if the case counts for this metric, 0 if it is dropped for every team. */
  counts: Uint8Array;
  /** Per submission: the counted cases that took the worst value, including nulls. */
  failed: Uint32Array;
}

/** One metric over the set, of all submissions. Arrays are in their order. */
export interface SetColumn {
  over: 'set';
  metric: SetMetric;
  /** NaN for a submission without a value. */
  values: Float64Array;
  replicates: (Float64Array | null)[];
  failed: Uint32Array;
}

export type ScoreColumn = CaseColumn | SetColumn;

/** The data of a ranking method, in typed arrays because a bootstrap reads it a thousand times. */
export interface ScoreTable {
  submissionCount: number;
  caseCount: number;
  /** The average that metrics per case are summarized by. */
  summary: PhaseRules['summary'];
  columns: ScoreColumn[];
}

/**
 * Arranges the cases of all submissions as one table (scoring.md, "From cases to a score").
 *
 * @throws Error if submissions have different numbers of cases, a scored case or a submission has no value
 * of a metric, or a value is not finite. These are bugs of the caller, never submission errors.
 */
export function scoreTable(
  submissions: readonly RankedSubmission[],
  metrics: readonly RankedMetric[],
  summary: PhaseRules['summary'],
): ScoreTable {
  const caseCount = submissions[0]?.cases.length ?? 0;
  for (const { id, cases } of submissions) {
    if (cases.length !== caseCount) {
      throw new Error(`Submission ${id} has ${cases.length} cases where others have ${caseCount}`);
    }
  }
  const columns = metrics.map((metric) =>
    metric.over === 'set' ? setColumn(submissions, metric) : caseColumn(submissions, caseCount, metric),
  );
  return { submissionCount: submissions.length, caseCount, summary, columns };
}

function setColumn(submissions: readonly RankedSubmission[], metric: SetMetric): SetColumn {
  const results = submissions.map(({ id, sets }) => {
    const result = sets?.[metric.metric];
    if (!result) throw new Error(`Submission ${id} has no ${metric.metric}.`);
    return result;
  });
  return {
    over: 'set',
    metric,
    values: Float64Array.from(results, ({ value }) => value ?? Number.NaN),
    replicates: results.map(({ replicates }) => replicates),
    failed: Uint32Array.from(results, ({ failed }) => failed),
  };
}

function caseColumn(
  submissions: readonly RankedSubmission[],
  caseCount: number,
  metric: CaseMetric,
): CaseColumn {
  const submissionCount = submissions.length;
  const values = new Float64Array(caseCount * submissionCount);
  const missing = new Uint8Array(values.length);
  const counts = new Uint8Array(caseCount).fill(1);
  const failed = new Uint32Array(submissionCount);
  for (let caseIndex = 0; caseIndex < caseCount; caseIndex++) {
    if (metric.undefinedCases?.has(caseIndex)) {
      counts[caseIndex] = 0;
      continue;
    }
    submissions.forEach(({ id, cases }, index) => {
      const value = resultValue(cases[caseIndex]!, metric.metric, id, caseIndex);
      const cell = caseIndex * submissionCount + index;
      const isMissing = value === null || value === 'failed';
      values[cell] = isMissing ? metric.worst : value;
      if (!isMissing) return;
      missing[cell] = 1;
      failed[index]! += 1;
    });
  }
  return { over: 'case', metric, values, missing, counts, failed };
}

function resultValue(
  result: CaseResult,
  metric: string,
  id: string,
  caseIndex: number,
): number | null | 'failed' {
  if (result === 'failed') return 'failed';
  const value = result[metric];
  if (value === undefined || (value !== null && !Number.isFinite(value))) {
    throw new Error(`Submission ${id}, case ${caseIndex}: ${metric} is ${value}`);
  }
  return value;
}
