import { isConstant, type NumberCases, type SetScore, weightedMean } from './cases.ts';

/**
 * Errors of predicted numbers. The error of a failed case is the range of the true values. If all true values of the
 * set are equal, there is no such range, and the metrics are undefined.
 */

export function absoluteError(truth: number, prediction: number): number {
  return Math.abs(prediction - truth);
}

export function squaredError(truth: number, prediction: number): number {
  return (prediction - truth) ** 2;
}

export function prepareMae(cases: NumberCases): SetScore {
  const errors = absoluteErrors(cases);
  return (weights) => (hasRange(cases) ? weightedMean(errors, weights) : null);
}

export function prepareRmse(cases: NumberCases): SetScore {
  const squares = absoluteErrors(cases).map((error) => error ** 2);
  return (weights) => {
    const mean = hasRange(cases) ? weightedMean(squares, weights) : null;
    return mean === null ? null : Math.sqrt(mean);
  };
}

/** 1 − Σ w·(t − p)² / Σ w·(t − mean of t)²; undefined where the true values are equal. */
export function prepareR2(cases: NumberCases): SetScore {
  const { truth } = cases;
  const squares = absoluteErrors(cases).map((error) => error ** 2);
  return (weights) => {
    if (!hasRange(cases) || isConstant(truth, weights)) return null;
    const mean = weightedMean(truth, weights)!;
    let residual = 0;
    let total = 0;
    for (let i = 0; i < truth.length; i++) {
      residual += weights[i]! * squares[i]!;
      total += weights[i]! * (truth[i]! - mean) ** 2;
    }
    return 1 - residual / total;
  };
}

function hasRange({ range }: NumberCases): boolean {
  return range.max > range.min;
}

function absoluteErrors({ truth, prediction, range }: NumberCases): Float64Array {
  return prediction.map((value, i) =>
    Number.isNaN(value) ? range.max - range.min : absoluteError(truth[i]!, value),
  );
}
