import type { MetricName } from '#lib/domain/metrics/metrics.ts';
import {
  BACKGROUND_CELLS,
  lesionsOf,
  PREDICTED_CELLS,
  SHARED_CELLS,
  TRUE_CELLS,
  touches,
} from './example.ts';

/** The arithmetic of each metric on the example slice. */

const [t, p, both] = [TRUE_CELLS.length, PREDICTED_CELLS.length, SHARED_CELLS.length];
const trueNegatives = BACKGROUND_CELLS.length;
const falsePositives = p - both;
const trueLesions = lesionsOf(TRUE_CELLS);
const predictedLesions = lesionsOf(PREDICTED_CELLS);
const MATCH_IOU = 0.25;

const found = trueLesions.filter((lesion) => touches(lesion, PREDICTED_CELLS)).length;
const missed = trueLesions.length - found;
const spurious = predictedLesions.filter((lesion) => !touches(lesion, TRUE_CELLS)).length;
// No lesion of the example touches two lesions of the other mask, so all rules of matching agree.
const matched = trueLesions.filter((lesion) =>
  predictedLesions.some((other) => iou(lesion, other) >= MATCH_IOU),
).length;

function iou(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number {
  const cells = new Set(other.map(String));
  const shared = one.filter((cell) => cells.has(String(cell))).length;
  return shared / (one.length + other.length - shared);
}

/**
 * Values on the example. Surface metrics are the scorer’s values for a body that repeats this slice above and
 * below; a test checks them.
 */
export const EXAMPLE_VALUES = {
  dice: (2 * both) / (p + t),
  precision: both / p,
  sensitivity: both / t,
  specificity: trueNegatives / (trueNegatives + falsePositives),
  volume_difference: Math.abs(p - t) / 1000,
  volume_difference_voxels: Math.abs(p - t),
  lesion_count_difference: Math.abs(predictedLesions.length - trueLesions.length),
  lesion_f1: found / (found + (spurious + missed) / 2),
  lesion_f1_iou25: (2 * matched) / (trueLesions.length + predictedLesions.length),
  lesion_f1_greedy25: (2 * matched) / (trueLesions.length + predictedLesions.length),
  hd95: 6.32,
  hd: 8.06,
  assd: 2.21,
  nsd_1mm: 0.38,
  nsd_2mm: 0.61,
} as const satisfies Partial<Record<MetricName, number>>;

const share = (name: keyof typeof EXAMPLE_VALUES) => EXAMPLE_VALUES[name].toFixed(3);
const mm = (name: keyof typeof EXAMPLE_VALUES) => `${EXAMPLE_VALUES[name].toFixed(2)} mm`;

/** Captions of the drawings. */
export const WORKED: Readonly<Record<MetricName, string>> = {
  dice: `The stronger gray is the overlap: 2·${both} / (${p} + ${t}) = ${share('dice')}.`,
  precision: `The stronger gray as a fraction of P: ${both} / ${p} = ${share('precision')}.`,
  sensitivity: `The stronger gray as a fraction of T: ${both} / ${t} = ${share('sensitivity')}.`,
  specificity: `The stronger gray as a fraction of everything outside T: ${trueNegatives} / (${trueNegatives} + ${falsePositives}) = ${share('specificity')}.`,
  volume_difference: `The stronger gray is the difference: abs(${p} − ${t}) = ${Math.abs(p - t)} voxels of 1 mm³, ${EXAMPLE_VALUES.volume_difference} ml.`,
  volume_difference_voxels: `The stronger gray is the difference: abs(${p} − ${t}) = ${Math.abs(p - t)} voxels.`,
  lesion_count_difference: `abs(${predictedLesions.length} − ${trueLesions.length}) = ${EXAMPLE_VALUES.lesion_count_difference}, regardless of location.`,
  lesion_f1: `One shared voxel counts as found: ${found} / (${found} + (${spurious} + ${missed}) / 2) = ${share('lesion_f1')}.`,
  lesion_f1_iou25: `Touching isn’t enough: 2·${matched} / (2·${matched} + ${predictedLesions.length - matched} + ${trueLesions.length - matched}) = ${share('lesion_f1_iou25')}.`,
  lesion_f1_greedy25: `The pair with the larger IoU matches first; here no lesion has a choice: 2·${matched} / (2·${matched} + ${predictedLesions.length - matched} + ${trueLesions.length - matched}) = ${share('lesion_f1_greedy25')}.`,
  hd95: `95% of each surface lies within ${mm('hd95')} of the other; the farthest 5% is ignored.`,
  hd: `The point farthest from the other surface: ${mm('hd')}.`,
  assd: `Mean distance from each surface to the other: ${mm('assd')}.`,
  nsd_1mm: `The thick line lies within 1 mm of the other surface: ${EXAMPLE_VALUES.nsd_1mm} of both surfaces.`,
  nsd_2mm: `The thick line lies within 2 mm of the other surface: ${EXAMPLE_VALUES.nsd_2mm} of both surfaces.`,
  pr_auc: 'One step per distinct value of the map; the score is the area under the steps.',
  pr_auc_trapezoid:
    'One point per distinct value of the map, joined by straight lines; the score is the area under them.',
};

/** Outcome of a lesion: found, missed or false positive. */
export type LesionOutcome = 'TP' | 'FN' | 'FP';

export function outcomeOf(
  lesion: readonly (readonly [number, number])[],
  of: 'T' | 'P',
  needsIou: boolean,
): LesionOutcome {
  const others = of === 'T' ? predictedLesions : trueLesions;
  const counterpart = others.some((other) =>
    needsIou ? iou(lesion, other) >= MATCH_IOU : touches(lesion, other),
  );
  if (counterpart) return 'TP';
  return of === 'T' ? 'FN' : 'FP';
}
