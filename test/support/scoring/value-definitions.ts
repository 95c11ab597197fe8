import type { ValueMetricName } from '#lib/domain/metrics/values/value-metrics.ts';

/** The metrics over a set, written directly from their definitions, on a list of cases without weights. */

interface Case {
  truth: number;
  /** null if the case failed. */
  prediction: number | null;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

export function bruteForce(
  name: ValueMetricName,
  cases: readonly Case[],
  range: { min: number; max: number },
): number | null {
  if (cases.length === 0) return null;
  const t = cases.map(({ truth }) => truth);
  const isConstant = new Set(t).size === 1;
  const width = range.max - range.min;
  const errors = cases.map(({ truth, prediction }) =>
    prediction === null ? width : Math.abs(truth - prediction),
  );
  const hits = cases.map(({ truth, prediction }) => Number(truth === prediction));
  const far = cases.map(({ truth, prediction }) => {
    const end = truth - range.min > range.max - truth ? range.min : range.max;
    return prediction ?? end;
  });
  const scores = cases.map(({ truth, prediction }) => prediction ?? (truth === 1 ? -1e9 : 1e9));
  const probabilities = cases.map(({ truth, prediction }) => prediction ?? 1 - truth);
  switch (name) {
    case 'mae':
      return width === 0 ? null : mean(errors);
    case 'rmse':
      return width === 0 ? null : Math.sqrt(mean(errors.map((e) => e * e)));
    case 'r2':
      return isConstant ? null : 1 - sum(errors.map((e) => e * e)) / sum(t.map((v) => (v - mean(t)) ** 2));
    case 'pearson':
      return isConstant ? null : pearson(t, far);
    case 'spearman':
      return isConstant ? null : pearson(ranks(t), ranks(far));
    case 'lins_concordance':
      return isConstant
        ? null
        : (2 * covariance(t, far)) / (covariance(t, t) + covariance(far, far) + (mean(t) - mean(far)) ** 2);
    case 'accuracy':
      return mean(hits);
    case 'balanced_accuracy':
      return mean([...new Set(t)].map((one) => mean(hits.filter((_, i) => t[i] === one))));
    case 'auroc':
      return isConstant ? null : auroc(t, scores);
    case 'average_precision':
      return t.includes(1) ? averagePrecision(t, scores) : null;
    case 'brier_score':
      return mean(probabilities.map((p, i) => (p - t[i]!) ** 2));
    case 'mean_log_loss':
      return mean(probabilities.map((p, i) => -Math.log(Math.max(2 ** -52, t[i] === 1 ? p : 1 - p))));
    case 'calibration_slope':
      return isConstant ? null : calibrationSlope(t, probabilities);
    default:
      throw new Error(`${name} is not a metric over a set.`);
  }
}

const covariance = (x: readonly number[], y: readonly number[]) =>
  mean(x.map((value, i) => (value - mean(x)) * (y[i]! - mean(y))));

function pearson(x: readonly number[], y: readonly number[]): number {
  if (new Set(y).size === 1) return 0;
  return covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
}

const ranks = (values: readonly number[]) =>
  values.map((v) => values.filter((w) => w < v).length + (values.filter((w) => w === v).length + 1) / 2);

function auroc(t: readonly number[], scores: readonly number[]): number {
  const of = (outcome: number) => scores.filter((_, i) => t[i] === outcome);
  const pairs = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return mean(pairs);
}

function averagePrecision(t: readonly number[], scores: readonly number[]): number {
  const positives = sum([...t]);
  let area = 0;
  let before = 0;
  for (const threshold of [...new Set(scores)].toSorted((a, b) => b - a)) {
    const called = t.filter((_, i) => scores[i]! >= threshold);
    area += ((sum(called) - before) / positives) * mean(called);
    before = sum(called);
  }
  return area;
}

/** Maximizes the likelihood, which is concave in the slope. */
function calibrationSlope(t: readonly number[], probabilities: readonly number[]): number {
  if (new Set(probabilities).size === 1) return 0;
  return maximumOf((slope) => calibrationLikelihood(t, probabilities, slope), -10, 10);
}

/** The log likelihood of a slope with the best intercept. */
export function calibrationLikelihood(
  t: readonly number[],
  probabilities: readonly number[],
  slope: number,
): number {
  const x = probabilities.map((p) => {
    const clipped = Math.min(1 - 2 ** -52, Math.max(2 ** -52, p));
    return Math.log(clipped) - Math.log1p(-clipped);
  });
  const likelihood = (intercept: number) =>
    sum(
      x.map((value, i) => {
        const wrong = (t[i] === 1 ? -1 : 1) * (intercept + slope * value);
        return -Math.max(wrong, 0) - Math.log1p(Math.exp(-Math.abs(wrong)));
      }),
    );
  return likelihood(maximumOf(likelihood, -400, 400));
}

function maximumOf(of: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 100; step++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (of(a) < of(b)) low = a;
    else high = b;
  }
  return (low + high) / 2;
}
