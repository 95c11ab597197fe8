import type { Components } from '#runner/scoring/geometry/components.ts';
import { candidatesOf, greedilyMatchedLesions, matchedLesions } from './matching.ts';
import type { Overlaps } from './overlap.ts';

export interface LesionMetrics {
  lesion_count_difference: number;
  lesion_f1: number;
  lesion_f1_iou25: number;
  lesion_f1_greedy25: number;
}

const MATCH_IOU = 0.25;

/** Metrics based on components, with the rules for empty masks (lib/domain/metrics/metrics.ts). */
export function lesionMetrics(
  truth: Components,
  prediction: Components,
  overlaps: Overlaps,
  isRequested: (name: keyof LesionMetrics) => boolean,
): Partial<LesionMetrics> {
  const lesions = truth.count + prediction.count;
  const detected = countDistinct(overlaps.truth, truth.count);
  const matchedPredictions = countDistinct(overlaps.prediction, prediction.count);
  const falseNegatives = truth.count - detected;
  const falsePositives = prediction.count - matchedPredictions;
  // 2·TP + FP + FN is the number of all lesions, because each is matched at most once.
  const f1 = (matched: number) => (lesions === 0 ? 1 : (2 * matched) / lesions);
  const optimal = isRequested('lesion_f1_iou25');
  const greedy = isRequested('lesion_f1_greedy25');
  const pairs = optimal || greedy ? candidatesOf(overlaps, truth, prediction, MATCH_IOU) : null;
  return {
    lesion_count_difference: Math.abs(prediction.count - truth.count),
    lesion_f1: lesions === 0 ? 1 : detected / (detected + (falsePositives + falseNegatives) / 2),
    ...(pairs && optimal && { lesion_f1_iou25: f1(matchedLesions(pairs, truth, prediction)) }),
    ...(pairs && greedy && { lesion_f1_greedy25: f1(greedilyMatchedLesions(pairs, truth, prediction)) }),
  };
}

/** Counts how many of the numbers 0 … count − 1 occur in a list. */
function countDistinct(numbers: Int32Array, count: number): number {
  const seen = new Uint8Array(count);
  let distinct = 0;
  for (const number of numbers) {
    if (seen[number] === 0) distinct++;
    seen[number] = 1;
  }
  return distinct;
}
