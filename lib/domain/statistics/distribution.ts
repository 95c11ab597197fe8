import { quantile } from '#lib/domain/metrics/aggregate.ts';

/** A box plot of the values of one metric, in its unit. */
export interface Box {
  n: number;
  q1: number;
  median: number;
  q3: number;
  /** The most extreme values within 1.5 box lengths of the box. */
  low: number;
  high: number;
}

/** Maximum length of a whisker in box lengths (Tukey, Exploratory Data Analysis, 1977). */
const WHISKER = 1.5;

/**
 * The box plot of finite values: quartiles by linear interpolation, as in the aggregates, and Tukey's
 * whiskers. null if there are no values.
 */
export function boxOf(values: readonly number[]): Box | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p)) as [number, number, number];
  const reach = WHISKER * (q3 - q1);
  // A quartile between two values may have no value within reach on its side; the whisker then has no length.
  const low = Math.min(q1, sorted.find((value) => value >= q1 - reach)!);
  const high = Math.max(q3, sorted.findLast((value) => value <= q3 + reach)!);
  return { n: sorted.length, q1, median, q3, low, high };
}
