import { momentsOf } from '#lib/domain/metrics/values/correlation.ts';
import { Z_975 } from '#lib/domain/statistics/quantiles.ts';
import type { Coefficient } from './intraclass.ts';

/**
 * Lin's concordance correlation coefficient (Biometrics 1989;45:255–268), with variances divided by n, and its interval by
 * Fisher's z with the variance as corrected in Biometrics 2000;56:324–325.
 *
 * @param x, y: measurements of the same cases, in the same order.
 * @returns null for fewer than three cases, or where no measurement differs from another.
 */
export function concordance(x: Float64Array, y: Float64Array): Coefficient | null {
  const n = x.length;
  if (n < 3) return null;
  const { meanX, meanY, xx, yy, xy } = momentsOf(x, y, new Uint32Array(n).fill(1));
  const denominator = xx + yy + (meanX - meanY) ** 2;
  if (denominator === 0) return null;
  const value = (2 * xy) / denominator;
  const r = xy / Math.sqrt(xx * yy);
  const u2 = (meanX - meanY) ** 2 / Math.sqrt(xx * yy);
  return { value, interval: intervalOf(value, { r, u2, n }) };
}

/** null where the correlation is 0, undefined or exact, for which the variance has no value. */
function intervalOf(
  value: number,
  { r, u2, n }: { r: number; u2: number; n: number },
): [number, number] | null {
  const rest = 1 - value ** 2;
  const variance =
    (((1 - r ** 2) * value ** 2) / (rest * r ** 2) +
      (2 * value ** 3 * (1 - value) * u2) / (r * rest ** 2) -
      (value ** 4 * u2 ** 2) / (2 * r ** 2 * rest ** 2)) /
    (n - 2);
  if (!(variance >= 0) || !Number.isFinite(variance)) return null;
  const reach = Z_975 * Math.sqrt(variance);
  const z = Math.atanh(value);
  return [Math.tanh(z - reach), Math.tanh(z + reach)];
}
