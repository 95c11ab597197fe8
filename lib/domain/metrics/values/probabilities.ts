import { type NumberCases, type SetScore, type Weights, weightedMean, withoutFailed } from './cases.ts';

/**
 * Predicted probabilities of an event (truth 1 and 0). A failed case counts as the probability 1 − truth. Where a
 * logarithm is taken, probabilities are clipped to [ε, 1 − ε] with ε = 2⁻⁵², as in scikit-learn.
 */

export const PROBABILITY_CLIP = 2 ** -52;

/** The largest possible log loss: −ln ε. */
export const LARGEST_LOG_LOSS = -Math.log(PROBABILITY_CLIP);

export function brier(truth: number, probability: number): number {
  return (probability - truth) ** 2;
}

export function logLoss(truth: number, probability: number): number {
  const clipped = clip(probability);
  return truth === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}

export function prepareBrierScore(cases: NumberCases): SetScore {
  const losses = lossesOf(cases, brier);
  return (weights) => weightedMean(losses, weights);
}

export function prepareMeanLogLoss(cases: NumberCases): SetScore {
  const losses = lossesOf(cases, logLoss);
  return (weights) => weightedMean(losses, weights);
}

function lossesOf(cases: NumberCases, loss: (truth: number, probability: number) => number): Float64Array {
  const worst = withoutFailed(cases, (truth) => 1 - truth);
  return worst.map((probability, i) => loss(cases.truth[i]!, probability));
}

function clip(probability: number): number {
  return Math.min(1 - PROBABILITY_CLIP, Math.max(PROBABILITY_CLIP, probability));
}

/** Slopes are fitted within ± this: without overlap of the two outcomes the best slope is infinite. */
export const LARGEST_SLOPE = 10;

const MAX_STEPS = 100;
const TOLERANCE = 1e-12;

/**
 * The slope b of the logistic regression logit(truth) = a + b·logit(probability), by maximum likelihood within
 * ±LARGEST_SLOPE (Cox 1958). 0 if all probabilities are equal; undefined where only one outcome occurs.
 */
export function prepareCalibrationSlope(cases: NumberCases): SetScore {
  const { truth } = cases;
  const logits = withoutFailed(cases, (value) => 1 - value).map((probability) => {
    const clipped = clip(probability);
    return Math.log(clipped) - Math.log1p(-clipped);
  });
  return (weights) => {
    if (isOneOutcome(truth, weights)) return null;
    const separated = slopeWithoutOverlap(truth, logits, weights);
    const slope = separated ?? fitSlope(truth, logits, weights);
    return Math.max(-LARGEST_SLOPE, Math.min(LARGEST_SLOPE, slope));
  };
}

function isOneOutcome(truth: Float64Array, weights: Weights): boolean {
  let [positives, all] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    all += weights[i]!;
    if (truth[i] === 1) positives += weights[i]!;
  }
  return positives === 0 || positives === all;
}

/** The limit of the slope where the outcomes don't overlap, so that the likelihood has no maximum; else null. */
function slopeWithoutOverlap(truth: Float64Array, logits: Float64Array, weights: Weights): number | null {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < truth.length; i++) {
    if (weights[i] === 0) continue;
    const outcome = truth[i] === 1 ? 1 : 0;
    low[outcome] = Math.min(low[outcome]!, logits[i]!);
    high[outcome] = Math.max(high[outcome]!, logits[i]!);
  }
  const rises = high[0]! <= low[1]!;
  const falls = high[1]! <= low[0]!;
  if (rises && falls) return 0;
  if (rises) return Number.POSITIVE_INFINITY;
  return falls ? Number.NEGATIVE_INFINITY : null;
}

/** Newton's method; a step that lowers the likelihood is halved. */
function fitSlope(truth: Float64Array, logits: Float64Array, weights: Weights): number {
  let at = { intercept: 0, slope: 0 };
  let likelihood = likelihoodOf(at, truth, logits, weights);
  for (let step = 0; step < MAX_STEPS; step++) {
    const move = newtonStep(at, truth, logits, weights);
    let size = 1;
    let next = at;
    let reached = Number.NEGATIVE_INFINITY;
    for (; size > 1e-10; size /= 2) {
      next = { intercept: at.intercept + size * move.intercept, slope: at.slope + size * move.slope };
      reached = likelihoodOf(next, truth, logits, weights);
      if (reached >= likelihood) break;
    }
    if (!(reached >= likelihood)) break;
    const change = Math.abs(next.slope - at.slope);
    at = next;
    likelihood = reached;
    if (change <= TOLERANCE * (1 + Math.abs(at.slope))) break;
  }
  return at.slope;
}

interface Line {
  intercept: number;
  slope: number;
}

function likelihoodOf(line: Line, truth: Float64Array, logits: Float64Array, weights: Weights): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    if (weights[i] === 0) continue;
    const eta = line.intercept + line.slope * logits[i]!;
    sum += weights[i]! * (truth[i]! * eta - Math.max(eta, 0) - Math.log1p(Math.exp(-Math.abs(eta))));
  }
  return sum;
}

function newtonStep(line: Line, truth: Float64Array, logits: Float64Array, weights: Weights): Line {
  let [g0, g1, h00, h01, h11] = [0, 0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (weights[i] === 0) continue;
    const x = logits[i]!;
    const probability = 1 / (1 + Math.exp(-(line.intercept + line.slope * x)));
    const residual = weights[i]! * (truth[i]! - probability);
    const curvature = weights[i]! * probability * (1 - probability);
    g0 += residual;
    g1 += residual * x;
    h00 += curvature;
    h01 += curvature * x;
    h11 += curvature * x * x;
  }
  const determinant = h00 * h11 - h01 * h01;
  // Flat: the fit has reached its end as far as numbers go.
  if (!(determinant > 0)) return { intercept: 0, slope: 0 };
  return { intercept: (h11 * g0 - h01 * g1) / determinant, slope: (h00 * g1 - h01 * g0) / determinant };
}
