import type { Components } from '#runner/scoring/geometry/components.ts';
import { IntList } from '#runner/scoring/geometry/int-list.ts';
import type { Overlaps } from './overlap.ts';

/**
 * One-to-one matching of true and predicted lesions. Only pairs with an IoU of at least a threshold can match.
 * One rule chooses the matching with the largest sum of IoU, and among equal sums the one with the most matches.
 * The other, greedy, takes pairs in order of falling IoU.
 */

/** Added to each weight so that the larger of two matchings with equal sums wins, despite rounding errors. */
const MATCH_BONUS = 1e-9;
/** Smaller improvements are rounding errors. */
const EPSILON = 1e-12;

interface Pair {
  truth: number;
  prediction: number;
  weight: number;
}

/** The pairs of lesions that may match. */
export interface Candidates {
  length: number;
  truth: Int32Array;
  prediction: Int32Array;
  iou: Float64Array;
}

/** The overlapping pairs with an IoU of at least the threshold, in the order of `overlaps`. */
export function candidatesOf(
  overlaps: Overlaps,
  truth: Components,
  prediction: Components,
  threshold: number,
): Candidates {
  const iou = Float64Array.from(overlaps.voxels, (voxels, i) => {
    const sizes = truth.sizes[overlaps.truth[i]!]! + prediction.sizes[overlaps.prediction[i]!]!;
    return voxels / (sizes - voxels);
  });
  const kept = new IntList();
  for (let i = 0; i < iou.length; i++) if (iou[i]! >= threshold) kept.push(i);
  const places = kept.values();
  return {
    length: places.length,
    truth: places.map((i) => overlaps.truth[i]!),
    prediction: places.map((i) => overlaps.prediction[i]!),
    iou: Float64Array.from(places, (i) => iou[i]!),
  };
}

/** The number of pairs in the matching with the largest sum of IoU. */
export function matchedLesions(candidates: Candidates, truth: Components, prediction: Components): number {
  const ofTruth = new Int32Array(truth.count);
  const ofPrediction = new Int32Array(prediction.count);
  for (let i = 0; i < candidates.length; i++) {
    ofTruth[candidates.truth[i]!]! += 1;
    ofPrediction[candidates.prediction[i]!]! += 1;
  }
  let matched = 0;
  const contested: Pair[] = [];
  for (let i = 0; i < candidates.length; i++) {
    const [t, p] = [candidates.truth[i]!, candidates.prediction[i]!];
    // Nearly all pairs are the only ones of both their lesions, so there is nothing to choose.
    if (ofTruth[t] === 1 && ofPrediction[p] === 1) matched++;
    else contested.push({ truth: t, prediction: p, weight: candidates.iou[i]! + MATCH_BONUS });
  }
  return matched + maximumWeightMatching(contested).size;
}

/**
 * The number of pairs matched greedily, as by panoptica's NaiveThresholdMatching: in order of falling IoU, a pair
 * matches if both its lesions are still free. Pairs of equal IoU are taken in the order of their predicted, then
 * of their true lesions, each by its first voxel in file order.
 */
export function greedilyMatchedLesions(
  { truth, prediction, iou }: Candidates,
  { count }: Components,
  { count: predictedCount }: Components,
): number {
  const order = Int32Array.from(iou, (_, i) => i).sort(
    (a, b) => iou[b]! - iou[a]! || prediction[a]! - prediction[b]! || truth[a]! - truth[b]!,
  );
  const truthTaken = new Uint8Array(count);
  const predictionTaken = new Uint8Array(predictedCount);
  let matched = 0;
  for (const i of order) {
    if (truthTaken[truth[i]!] || predictionTaken[prediction[i]!]) continue;
    truthTaken[truth[i]!] = 1;
    predictionTaken[prediction[i]!] = 1;
    matched++;
  }
  return matched;
}

/**
 * Maximum-weight matching of a sparse bipartite graph, true → predicted. Adds true lesions one by one, each
 * along the alternating path with the largest gain; the matching is then optimal for the lesions added so
 * far.
 */
export function maximumWeightMatching(pairs: readonly Pair[]): Map<number, number> {
  const byTruth = Map.groupBy(pairs, (pair) => pair.truth);
  const matchOfTruth = new Map<number, Pair>();
  const matchOfPrediction = new Map<number, Pair>();
  for (const root of byTruth.keys()) {
    const path = bestPath(root, byTruth, matchOfTruth, matchOfPrediction);
    for (const { drop } of path) if (drop !== null) matchOfTruth.delete(drop.truth);
    for (const { take } of path) {
      matchOfTruth.set(take.truth, take);
      matchOfPrediction.set(take.prediction, take);
    }
  }
  return new Map([...matchOfTruth].map(([truth, pair]) => [truth, pair.prediction]));
}

/** One step of an alternating path: the pair that is added, and the pair that it replaces. */
interface Step {
  take: Pair;
  drop: Pair | null;
  /** Gain of the path up to and including this step. */
  gain: number;
  before: Step | null;
}

/**
 * Finds the alternating path from a true lesion with the largest gain; empty if none gains. By relaxation
 * (Bellman–Ford).
 */
function bestPath(
  root: number,
  byTruth: ReadonlyMap<number, Pair[]>,
  matchOfTruth: ReadonlyMap<number, Pair>,
  matchOfPrediction: ReadonlyMap<number, Pair>,
): Step[] {
  const best = new Map<number, Step>();
  const queue: { truth: number; step: Step | null }[] = [{ truth: root, step: null }];
  for (const { truth, step } of queue) {
    if (step !== null && best.get(step.take.prediction) !== step) continue;
    for (const take of byTruth.get(truth) ?? []) {
      if (take === matchOfTruth.get(truth)) continue;
      const drop = matchOfPrediction.get(take.prediction) ?? null;
      const gain = (step?.gain ?? 0) + take.weight - (drop?.weight ?? 0);
      const known = best.get(take.prediction);
      if (known !== undefined && gain <= known.gain + EPSILON) continue;
      const next: Step = { take, drop, gain, before: step };
      best.set(take.prediction, next);
      if (drop !== null) queue.push({ truth: drop.truth, step: next });
    }
  }
  let end: Step | null = null;
  for (const step of best.values()) if (step.gain > (end?.gain ?? EPSILON)) end = step;
  const path: Step[] = [];
  for (let step = end; step !== null; step = step.before) path.push(step);
  return path;
}
