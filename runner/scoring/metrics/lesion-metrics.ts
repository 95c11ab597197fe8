import type { Components } from '#runner/scoring/geometry/components.ts';
import { matchedLesions } from './matching.ts';
import type { Overlaps } from './overlap.ts';

export interface LesionMetrics {
  lesion_count_difference: number;
  lesion_f1: number;
  lesion_f1_iou25: number;
}

const MATCH_IOU = 0.25;

/** The metrics that look at components, with the rules for empty masks (lib/domain/metrics/metrics.ts). */
export function lesionMetrics(truth: Components, prediction: Components, overlaps: Overlaps): LesionMetrics {
  const lesions = truth.count + prediction.count;
  const found = countDistinct(overlaps.truth, truth.count);
  const right = countDistinct(overlaps.prediction, prediction.count);
  const missed = truth.count - found;
  const falseAlarms = prediction.count - right;
  const matched = matchedLesions(overlaps, truth, prediction, MATCH_IOU);
  return {
    lesion_count_difference: Math.abs(prediction.count - truth.count),
    lesion_f1: lesions === 0 ? 1 : found / (found + (falseAlarms + missed) / 2),
    // 2·TP + FP + FN is the number of all lesions, since each is matched once or not at all.
    lesion_f1_iou25: lesions === 0 ? 1 : (2 * matched) / lesions,
  };
}

/** How many of the numbers 0 … count − 1 stand in a list. */
function countDistinct(numbers: Int32Array, count: number): number {
  const seen = new Uint8Array(count);
  let distinct = 0;
  for (const number of numbers) {
    if (seen[number] === 0) distinct++;
    seen[number] = 1;
  }
  return distinct;
}
