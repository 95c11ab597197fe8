import {
  isConstant,
  type NumberCases,
  type SetScore,
  type TrueRange,
  type Weights,
  weightedMean,
  withoutFailed,
} from './cases.ts';
import { type Order, orderOf } from './order.ts';

/**
 * Agreement of predicted and true numbers. A failed case counts as the end of the true range that is farther from its
 * truth. Undefined where the true values are equal; a constant prediction says nothing about the truth, and scores 0.
 */

/** Pearson's r. */
export function preparePearson(cases: NumberCases): SetScore {
  const { truth } = cases;
  const prediction = withoutFailed(cases, (value) => fartherEnd(value, cases.range));
  return (weights) => {
    if (isConstant(truth, weights)) return null;
    return isConstant(prediction, weights) ? 0 : correlation(momentsOf(truth, prediction, weights));
  };
}

/** Spearman's ρ: Pearson's r of the ranks; equal values share the mean of their ranks. */
export function prepareSpearman(cases: NumberCases): SetScore {
  const { truth } = cases;
  const prediction = withoutFailed(cases, (value) => fartherEnd(value, cases.range));
  const [truthOrder, predictionOrder] = [orderOf(truth), orderOf(prediction)];
  const [truthRanks, predictionRanks] = [new Float64Array(truth.length), new Float64Array(truth.length)];
  return (weights) => {
    if (isConstant(truth, weights)) return null;
    if (isConstant(prediction, weights)) return 0;
    rank(truthRanks, truthOrder, weights);
    rank(predictionRanks, predictionOrder, weights);
    return correlation(momentsOf(truthRanks, predictionRanks, weights));
  };
}

/** Lin's concordance correlation coefficient, with variances divided by n. */
export function prepareLinsConcordance(cases: NumberCases): SetScore {
  const { truth } = cases;
  const prediction = withoutFailed(cases, (value) => fartherEnd(value, cases.range));
  return (weights) => {
    if (isConstant(truth, weights)) return null;
    const { meanX, meanY, xx, yy, xy } = momentsOf(truth, prediction, weights);
    return (2 * xy) / (xx + yy + (meanX - meanY) ** 2);
  };
}

/** The largest value if both ends are equally far. */
export function fartherEnd(truth: number, { min, max }: TrueRange): number {
  return truth - min > max - truth ? min : max;
}

interface Moments {
  meanX: number;
  meanY: number;
  /** Variances and covariance, divided by the sum of the weights. */
  xx: number;
  yy: number;
  xy: number;
}

/** Weighted moments of pairs. */
export function momentsOf(x: Float64Array, y: Float64Array, weights: Weights): Moments {
  const [meanX, meanY] = [weightedMean(x, weights)!, weightedMean(y, weights)!];
  let [xx, yy, xy, total] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const weight = weights[i]!;
    const [dx, dy] = [x[i]! - meanX, y[i]! - meanY];
    xx += weight * dx * dx;
    yy += weight * dy * dy;
    xy += weight * dx * dy;
    total += weight;
  }
  return { meanX, meanY, xx: xx / total, yy: yy / total, xy: xy / total };
}

function correlation({ xx, yy, xy }: Moments): number {
  // Rounding can take it just past its ends.
  return Math.max(-1, Math.min(1, xy / (Math.sqrt(xx) * Math.sqrt(yy))));
}

/** Writes the rank of each case, from 1, among all cases repeated by their weights. */
function rank(ranks: Float64Array, { places, groupEnds }: Order, weights: Weights): void {
  let below = 0;
  let from = 0;
  for (const end of groupEnds) {
    let here = 0;
    for (let i = from; i < end; i++) here += weights[places[i]!]!;
    for (let i = from; i < end; i++) ranks[places[i]!] = below + (here + 1) / 2;
    below += here;
    from = end;
  }
}
