import type { Components } from '#runner/scoring/geometry/components.ts';
import { matchedLesions } from './matching.ts';
import type { Overlaps } from './overlap.ts';

export interface LesionMetrics {
  lesion_count_difference: number;
  lesion_f1: number;
  lesion_f1_iou25: number;
}

const MATCH_IOU = 0.25;

/** Metrics based on components, with the rules for empty masks (lib/domain/metrics/metrics.ts). */
export function lesionMetrics(truth: Components, prediction: Components, overlaps: Overlaps): LesionMetrics {
  const lesions = truth.count + prediction.count;
  const detected = countDistinct(overlaps.truth, truth.count);
  const matchedPredictions = countDistinct(overlaps.prediction, prediction.count);
  const falseNegatives = truth.count - detected;
  const falsePositives = prediction.count - matchedPredictions;
  const matched = matchedLesions(overlaps, truth, prediction, MATCH_IOU);
  return {
    lesion_count_difference: Math.abs(prediction.count - truth.count),
    lesion_f1: lesions === 0 ? 1 : detected / (detected + (falsePositives + falseNegatives) / 2),
    // 2·TP + FP + FN is the number of all lesions, because each is matched at most once.
    lesion_f1_iou25: lesions === 0 ? 1 : (2 * matched) / lesions,
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
