/** What a ranking must know about a metric: its entry in the registry, cut to the arithmetic. */
export interface RankedMetric {
  metric: string;
  better: 'higher' | 'lower';
  /** Share of the metric in the ranking, ≥ 0; divided by the sum of all. 0 means shown, not ranked. */
  weight: number;
  /** Declared worst value, fixed when the test set was sealed; in the metric's unit. */
  worst: number;
  /**
   * Places of the cases that have no value whatever the prediction is (sensitivity without a lesion): left out
   * of this metric for everyone, those who failed on them included. None by default.
   */
  undefinedCases?: ReadonlySet<number>;
}

/**
 * One case of a submission: its metrics, or `failed` (crash, time-out, no output, rejected output). A null is the
 * prediction's own (a distance with one mask empty) and takes the worst, unless the case is undefined.
 */
export type CaseResult = Readonly<Record<string, number | null>> | 'failed';

/** The cases of every submission stand in the same order: the order of the test set. */
export interface RankedSubmission {
  id: string;
  cases: readonly CaseResult[];
}

/** One metric of all submissions on all cases. */
export interface MetricColumn {
  metric: RankedMetric;
  /** Value of submission s on case c at [c · submissionCount + s]; failed ones hold the declared worst. */
  values: Float64Array;
  /** 1 where the case counts for this metric, 0 where it is dropped for everyone. */
  counts: Uint8Array;
  /** Per submission: cases that count and that took the worst, nulls included. */
  failed: Uint32Array;
}

/** All that a ranking method looks at, in typed arrays because a bootstrap reads it a thousand times. */
export interface ScoreTable {
  submissionCount: number;
  caseCount: number;
  columns: MetricColumn[];
}

/**
 * Lay the cases of all submissions out as one table (scoring.md, "From cases to a score").
 *
 * @throws Error where submissions have different numbers of cases, a metric is missing in a case that was
 *   scored, or a value is not finite: bugs of the caller, never a team's.
 */
export function scoreTable(
  submissions: readonly RankedSubmission[],
  metrics: readonly RankedMetric[],
): ScoreTable {
  const caseCount = submissions[0]?.cases.length ?? 0;
  for (const { id, cases } of submissions) {
    if (cases.length !== caseCount) {
      throw new Error(`Submission ${id} has ${cases.length} cases where others have ${caseCount}`);
    }
  }
  const columns = metrics.map((metric) => metricColumn(submissions, caseCount, metric));
  return { submissionCount: submissions.length, caseCount, columns };
}

function metricColumn(
  submissions: readonly RankedSubmission[],
  caseCount: number,
  metric: RankedMetric,
): MetricColumn {
  const submissionCount = submissions.length;
  const values = new Float64Array(caseCount * submissionCount);
  const counts = new Uint8Array(caseCount).fill(1);
  const failed = new Uint32Array(submissionCount);
  for (let caseIndex = 0; caseIndex < caseCount; caseIndex++) {
    if (metric.undefinedCases?.has(caseIndex)) {
      counts[caseIndex] = 0;
      continue;
    }
    submissions.forEach(({ id, cases }, index) => {
      const value = resultValue(cases[caseIndex]!, metric.metric, id, caseIndex);
      const missing = value === null || value === 'failed';
      values[caseIndex * submissionCount + index] = missing ? metric.worst : value;
      if (missing) failed[index]! += 1;
    });
  }
  return { metric, values, counts, failed };
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
