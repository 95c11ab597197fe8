import type { CaseComparison } from '#lib/domain/ranking/cases/comparison.ts';
import { normalCdf } from '#lib/domain/ranking/significance/normal.ts';

/** The first stage may be wrong this often, a tenth of 5%, as the authors recommend. */
const BETA = 0.005;
const BISECTIONS = 60;

/** The mean of what is compared per case, lower is better, and its estimate without the advantage of having been selected. */
export interface CorrectedLead {
  mean: number;
  corrected: number;
}

/**
 * The leader's mean, corrected for the winner's curse: whoever is best of many is so partly by luck. The hybrid
 * median-unbiased estimator of Andrews, Kitagawa and McCloskey ("Inference on Winners", Quarterly Journal of Economics 2024,
 * 139:305–358): conditional on winning and on what is independent of the winner's mean, within the simultaneous interval of
 * the first stage. Normal approximation, covariances from the cases.
 *
 * @param means of the compared values in each replicate, at [r · submissions + s].
 * @param full the same means over all cases.
 * @returns null if the leader has not the best mean, its mean has no spread, or there are fewer than two cases.
 */
export function correctLeader(
  comparison: CaseComparison,
  means: Float64Array,
  full: Float64Array,
  leader: number,
): CorrectedLead | null {
  const covariances = covariancesWith(comparison, full, leader);
  const variance = covariances[leader]!;
  if (!(variance > 1e-20) || full.some((mean) => mean < full[leader]!)) return null;
  const deviation = Math.sqrt(variance);
  // From here on, larger is better.
  const won = -full[leader]!;
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  full.forEach((mean, s) => {
    const slope = covariances[s]! / variance;
    if (s === leader || Math.abs(1 - slope) < 1e-12) return;
    const bound = (-mean - slope * won) / (1 - slope);
    if (slope < 1) low = Math.max(low, bound);
    else high = Math.min(high, bound);
  });
  const reach = firstStage(comparison, means, full) * deviation;
  // The probability falls as the candidate rises, and is a half at the estimate.
  let [below, above] = [won - reach, won + reach];
  for (let step = 0; step < BISECTIONS; step++) {
    const candidate = (below + above) / 2;
    const from = Math.max(low, candidate - reach);
    const to = Math.min(high, candidate + reach);
    if (truncatedCdf(won, candidate, deviation, from, to) > 0.5) below = candidate;
    else above = candidate;
  }
  return { mean: full[leader]!, corrected: -(below + above) / 2 };
}

/** The distribution function of a normal variable that is known to lie between `from` and `to`. */
function truncatedCdf(x: number, mean: number, deviation: number, from: number, to: number): number {
  if (x >= to) return 1;
  if (x <= from) return 0;
  const cdf = (value: number) => normalCdf((value - mean) / deviation);
  const total = cdf(to) - cdf(from);
  return total > 0 ? (cdf(x) - cdf(from)) / total : 0.5;
}

/** Covariances of the mean of each submission with the leader's: of the cases, divided by their number. */
function covariancesWith(
  { values, counts }: CaseComparison,
  full: Float64Array,
  leader: number,
): Float64Array {
  const submissionCount = full.length;
  const sums = new Float64Array(submissionCount);
  let n = 0;
  counts.forEach((counted, c) => {
    if (counted === 0) return;
    n += 1;
    const start = c * submissionCount;
    const ofLeader = values[start + leader]! - full[leader]!;
    for (let s = 0; s < submissionCount; s++) sums[s]! += ofLeader * (values[start + s]! - full[s]!);
  });
  return n < 2 ? sums.fill(0) : sums.map((sum) => sum / (n - 1) / n);
}

/** The 1 − β quantile, over the replicates, of the largest deviation of a mean in units of its standard error. */
function firstStage(comparison: CaseComparison, means: Float64Array, full: Float64Array): number {
  const submissionCount = full.length;
  const errors = standardErrors(comparison, full);
  const maxima = new Float64Array(means.length / submissionCount);
  for (let r = 0; r < maxima.length; r++) {
    for (let s = 0; s < submissionCount; s++) {
      const distance = Math.abs(means[r * submissionCount + s]! - full[s]!);
      if (errors[s]! > 1e-10 && distance / errors[s]! > maxima[r]!) maxima[r] = distance / errors[s]!;
    }
  }
  const sorted = maxima.sort();
  return sorted[Math.max(0, Math.ceil((1 - BETA) * sorted.length) - 1)]!;
}

function standardErrors({ values, counts }: CaseComparison, full: Float64Array): Float64Array {
  const sums = new Float64Array(full.length);
  let n = 0;
  counts.forEach((counted, c) => {
    if (counted === 0) return;
    n += 1;
    for (let s = 0; s < sums.length; s++) sums[s]! += (values[c * sums.length + s]! - full[s]!) ** 2;
  });
  return sums.map((sum) => Math.sqrt(sum / (n - 1) / n));
}
