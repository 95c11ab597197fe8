import { fQuantile } from '#lib/domain/statistics/quantiles.ts';

/** A coefficient of agreement with its 95% interval. */
export interface Coefficient {
  value: number;
  /** null where it isn't defined. */
  interval: [number, number] | null;
}

/**
 * ICC(2,1): two-way random effects, absolute agreement, single measurement (Shrout and Fleiss, Psychological Bulletin
 * 1979;86:420–428), with the interval of McGraw and Wong, Psychological Methods 1996;1:30–46 (their ICC(A,1)).
 *
 * @param raters at least two, each with one measurement per case, in the same order of at least two cases.
 * @returns null where no measurement differs from another.
 */
export function intraclassCorrelation(raters: readonly Float64Array[]): Coefficient | null {
  const k = raters.length;
  const n = raters[0]?.length ?? 0;
  if (k < 2 || n < 2) return null;
  const { cases, between, error } = meanSquares(raters, k, n);
  const denominator = cases + (k - 1) * error + (k * (between - error)) / n;
  if (denominator === 0) return null;
  const value = (cases - error) / denominator;
  return { value, interval: intervalOf({ cases, between, error }, value, k, n) };
}

interface MeanSquares {
  cases: number;
  /** Between raters. */
  between: number;
  error: number;
}

function meanSquares(raters: readonly Float64Array[], k: number, n: number): MeanSquares {
  const raterMeans = raters.map((values) => values.reduce((sum, value) => sum + value, 0) / n);
  const mean = raterMeans.reduce((sum, value) => sum + value, 0) / k;
  let [cases, between, error] = [0, 0, 0];
  for (let c = 0; c < n; c++) {
    const caseMean = raters.reduce((sum, values) => sum + values[c]!, 0) / k;
    cases += k * (caseMean - mean) ** 2;
    for (let r = 0; r < k; r++) error += (raters[r]![c]! - caseMean - raterMeans[r]! + mean) ** 2;
  }
  for (const raterMean of raterMeans) between += n * (raterMean - mean) ** 2;
  return { cases: cases / (n - 1), between: between / (k - 1), error: error / ((n - 1) * (k - 1)) };
}

/** null where the raters agree exactly, so that nothing is left to estimate the interval from. */
function intervalOf(
  { cases, between, error }: MeanSquares,
  value: number,
  k: number,
  n: number,
): [number, number] | null {
  if (value >= 1 || error === 0) return null;
  const a = (k * value) / (n * (1 - value));
  const b = 1 + (k * value * (n - 1)) / (n * (1 - value));
  const df =
    (a * between + b * error) ** 2 / ((a * between) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)));
  const rest = k * between + (k * n - k - n) * error;
  const [low, high] = [fQuantile(0.975, n - 1, df), fQuantile(0.975, df, n - 1)];
  return [
    (n * (cases - low * error)) / (low * rest + n * cases),
    (n * (high * cases - error)) / (rest + n * high * cases),
  ];
}
