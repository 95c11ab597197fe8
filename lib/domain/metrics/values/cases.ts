/**
 * What metrics over a set of cases are computed from. They are prepared once per submission and then evaluated for
 * any weights in time proportional to the number of cases, because a bootstrap evaluates them a thousand times.
 */

/** How often each case counts: 1, or the times that a bootstrap replicate drew it. */
export type Weights = Uint32Array | Float64Array;

/** The metric for some weights; null if it is undefined, which follows from the truth of the weighted cases alone. */
export type SetScore = (weights: Weights) => number | null;

/** The smallest and the largest true value of the whole test set, fixed when it is sealed. */
export interface TrueRange {
  min: number;
  max: number;
}

export interface NumberCases {
  /** Numbers; where the truth is Bool, 1 for true and 0 for false. */
  truth: Float64Array;
  /** In the same order; NaN for a failed case. */
  prediction: Float64Array;
  range: TrueRange;
}

export type ClassValue = string | number | boolean;

export interface ClassCases {
  truth: readonly ClassValue[];
  /** In the same order; null for a failed case. */
  prediction: readonly (ClassValue | null)[];
}

/** Σ w·v / Σ w; null if no case counts. */
export function weightedMean(values: Float64Array, weights: Weights): number | null {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i]!;
    sum += weight * values[i]!;
    total += weight;
  }
  return total === 0 ? null : sum / total;
}

/** Whether fewer than two different values count. */
export function isConstant(values: Float64Array, weights: Weights): boolean {
  let first: number | null = null;
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue;
    if (first === null) first = values[i]!;
    else if (values[i] !== first) return false;
  }
  return true;
}

/** The predictions, with `worstFor(truth)` in the place of failed cases. */
export function withoutFailed(
  { truth, prediction }: NumberCases,
  worstFor: (truth: number) => number,
): Float64Array {
  return prediction.map((value, i) => (Number.isNaN(value) ? worstFor(truth[i]!) : value));
}
