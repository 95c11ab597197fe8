import { tQuantile, Z_975 } from '#lib/domain/statistics/quantiles.ts';

/**
 * Limits of agreement of two measurements of the same cases (Bland and Altman, Statistical Methods in Medical Research
 * 1999;8:135–160), with 95% intervals that hold for differences that are about normal.
 */
export interface LimitsOfAgreement {
  n: number;
  /** Mean of the differences, in the unit of the measurements. */
  bias: number;
  biasInterval: [number, number];
  /** Standard deviation of the differences, with n − 1. */
  sd: number;
  /** bias − 1.96·sd */
  lower: number;
  lowerInterval: [number, number];
  /** bias + 1.96·sd */
  upper: number;
  upperInterval: [number, number];
}

/** Of differences (predicted − true); null for fewer than three, which say nothing about their spread. */
export function limitsOfAgreement(differences: Float64Array): LimitsOfAgreement | null {
  const n = differences.length;
  if (n < 3) return null;
  const bias = differences.reduce((sum, d) => sum + d, 0) / n;
  const squares = differences.reduce((sum, d) => sum + (d - bias) ** 2, 0);
  return limitsFrom({ n, bias, sd: Math.sqrt(squares / (n - 1)) });
}

/**
 * The limits and their intervals from the summary of the differences. The variance of a limit is
 * sd²·(1/n + 1.96²/(2·(n − 1))).
 */
export function limitsFrom({ n, bias, sd }: { n: number; bias: number; sd: number }): LimitsOfAgreement {
  const t = tQuantile(0.975, n - 1);
  const around = (value: number, error: number): [number, number] => [value - t * error, value + t * error];
  const [lower, upper] = [bias - Z_975 * sd, bias + Z_975 * sd];
  const limitError = sd * Math.sqrt(1 / n + Z_975 ** 2 / (2 * (n - 1)));
  return {
    ...{ n, bias, sd, lower, upper },
    biasInterval: around(bias, sd / Math.sqrt(n)),
    lowerInterval: around(lower, limitError),
    upperInterval: around(upper, limitError),
  };
}
