/** One metric over all cases of a phase. Null if no case counts (sd: fewer than two). */
export interface Aggregate {
  mean: number | null;
  /** Sample standard deviation, with n − 1. */
  sd: number | null;
  median: number | null;
  /** Quartiles by linear interpolation between order statistics. */
  q1: number | null;
  q3: number | null;
  min: number | null;
  max: number | null;
  /** Cases that count, including failed ones. */
  n: number;
  /** Cases among them that took the worst value: failed cases and cases where the prediction has no value. */
  failed: number;
}

/**
 * A case's value: null if the prediction has no value, `failed` if the case was not scored, `undefined` if no
 * prediction can have a value (lib/domain/metrics/metrics.ts, isUndefined).
 */
export type CaseValue = number | null | 'failed' | 'undefined';

export const CASE_STATUSES = ['SCORED', 'FAILED', 'REJECTED'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** The recorded result of a case. */
export interface RecordedCase {
  status: CaseStatus;
  /** Empty unless the case was scored. */
  metrics: Readonly<Record<string, number | null>>;
  /** Metrics that have no value on this case for any prediction. */
  undefinedMetrics: readonly string[];
}

export function caseValue({ status, metrics, undefinedMetrics }: RecordedCase, metric: string): CaseValue {
  if (undefinedMetrics.includes(metric)) return 'undefined';
  return status === 'SCORED' ? (metrics[metric] ?? null) : 'failed';
}

/** Scores and differences are rounded to 10 decimals before they are compared for ties and zeros. */
export function roundScore(value: number): number {
  const rounded = Math.round(value * 1e10) / 1e10;
  // Above 2^53 / 1e10, the multiplication itself would lose digits of the value.
  return Math.abs(value) < 900_000 ? rounded : value;
}

/**
 * Aggregates one metric over the cases of a phase. A failed case, and one where the prediction has no value,
 * takes `worst` (in the metric's unit); an `undefined` one is left out.
 */
export function aggregateCases(cases: readonly CaseValue[], worst: number): Aggregate {
  const values: number[] = [];
  let failed = 0;
  for (const value of cases) {
    if (value === 'undefined') continue;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new Error(`A case has the score ${value}`);
      values.push(value);
    } else {
      values.push(worst);
      failed += 1;
    }
  }
  return { ...summarize(values), failed };
}

function summarize(values: readonly number[]): Omit<Aggregate, 'failed'> {
  const n = values.length;
  if (n === 0) return { mean: null, sd: null, median: null, q1: null, q3: null, min: null, max: null, n };
  const sorted = [...values].sort((a, b) => a - b);
  const mean = sum(values) / n;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return {
    mean: roundScore(mean),
    sd: n < 2 ? null : roundScore(Math.sqrt(squares / (n - 1))),
    median: roundScore(quantile(sorted, 0.5)),
    q1: roundScore(quantile(sorted, 0.25)),
    q3: roundScore(quantile(sorted, 0.75)),
    min: roundScore(sorted[0]!),
    max: roundScore(sorted[n - 1]!),
    n,
  };
}

/**
 * Quantile of ascending values by linear interpolation at position p·(n − 1), counted from 0 (Hyndman and
 * Fan's type 7, the default of NumPy and R).
 */
export function quantile(sorted: readonly number[], p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
