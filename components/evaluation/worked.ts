import type { MetricName } from '#lib/domain/metrics/metrics.ts';
import {
  BACKGROUND_CELLS,
  lesionsOf,
  PREDICTED_CELLS,
  SHARED_CELLS,
  TRUE_CELLS,
  touches,
} from './example.ts';

/** Each metric worked out on the example: what the drawing shows, as arithmetic. */

const [t, p, both] = [TRUE_CELLS.length, PREDICTED_CELLS.length, SHARED_CELLS.length];
const trueNegatives = BACKGROUND_CELLS.length;
const falsePositives = p - both;
const trueLesions = lesionsOf(TRUE_CELLS);
const predictedLesions = lesionsOf(PREDICTED_CELLS);
const MATCH_IOU = 0.25;

const found = trueLesions.filter((lesion) => touches(lesion, PREDICTED_CELLS)).length;
const missed = trueLesions.length - found;
const invented = predictedLesions.filter((lesion) => !touches(lesion, TRUE_CELLS)).length;
// In the example no lesion touches two of the other mask, so that matching needs no choice.
const matched = trueLesions.filter((lesion) =>
  predictedLesions.some((other) => iou(lesion, other) >= MATCH_IOU),
).length;

function iou(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): number {
  const cells = new Set(other.map(String));
  const shared = one.filter((cell) => cells.has(String(cell))).length;
  return shared / (one.length + other.length - shared);
}

/**
 * Values on the example. Those of surfaces are what the scorer gives for a body of this cross-section that goes
 * on above and below, so that the slice is all that counts; a test holds them to it.
 */
export const EXAMPLE_VALUES = {
  dice: (2 * both) / (p + t),
  precision: both / p,
  sensitivity: both / t,
  specificity: trueNegatives / (trueNegatives + falsePositives),
  volume_difference: Math.abs(p - t) / 1000,
  volume_difference_voxels: Math.abs(p - t),
  lesion_count_difference: Math.abs(predictedLesions.length - trueLesions.length),
  lesion_f1: found / (found + (invented + missed) / 2),
  lesion_f1_iou25: (2 * matched) / (trueLesions.length + predictedLesions.length),
  hd95: 6.32,
  hd: 8.06,
  assd: 2.21,
  nsd_1mm: 0.38,
  nsd_2mm: 0.61,
} as const satisfies Partial<Record<MetricName, number>>;

const share = (name: keyof typeof EXAMPLE_VALUES) => EXAMPLE_VALUES[name].toFixed(3);
const mm = (name: keyof typeof EXAMPLE_VALUES) => `${EXAMPLE_VALUES[name].toFixed(2)} mm`;

/** Under the drawing. */
export const WORKED: Readonly<Record<MetricName, string>> = {
  dice: `The stronger grey is shared: 2·${both} / (${p} + ${t}) = ${share('dice')}.`,
  precision: `The stronger grey, of P: ${both} / ${p} = ${share('precision')}.`,
  sensitivity: `The stronger grey, of T: ${both} / ${t} = ${share('sensitivity')}.`,
  specificity: `The stronger grey, of what lies outside T: ${trueNegatives} / (${trueNegatives} + ${falsePositives}) = ${share('specificity')}.`,
  volume_difference: `The stronger grey is the difference: abs(${p} − ${t}) = ${Math.abs(p - t)} voxels of 1 mm³, ${EXAMPLE_VALUES.volume_difference} ml.`,
  volume_difference_voxels: `The stronger grey is the difference: abs(${p} − ${t}) = ${Math.abs(p - t)} voxels.`,
  lesion_count_difference: `abs(${predictedLesions.length} − ${trueLesions.length}) = ${EXAMPLE_VALUES.lesion_count_difference}, wherever they lie.`,
  lesion_f1: `One voxel is enough to find: ${found} / (${found} + (${invented} + ${missed}) / 2) = ${share('lesion_f1')}.`,
  lesion_f1_iou25: `Touched is not enough: 2·${matched} / (2·${matched} + ${predictedLesions.length - matched} + ${trueLesions.length - matched}) = ${share('lesion_f1_iou25')}.`,
  hd95: `95 % of each surface lie within ${mm('hd95')} of the other; the rest is left out.`,
  hd: `The point that is farthest from the other surface: ${mm('hd')}.`,
  assd: `From each surface to the other, on the mean ${mm('assd')}.`,
  nsd_1mm: `Thick is within 1 mm of the other surface: ${EXAMPLE_VALUES.nsd_1mm} of both.`,
  nsd_2mm: `Thick is within 2 mm of the other surface: ${EXAMPLE_VALUES.nsd_2mm} of both.`,
  pr_auc: 'A step for each value of the map; the area under the steps is the score.',
};

/** What became of a lesion, as the drawings of the lesion metrics name it. */
export type LesionFate = 'TP' | 'FN' | 'FP';

export function fateOf(
  lesion: readonly (readonly [number, number])[],
  of: 'T' | 'P',
  needsIou: boolean,
): LesionFate {
  const others = of === 'T' ? predictedLesions : trueLesions;
  const counterpart = others.some((other) =>
    needsIou ? iou(lesion, other) >= MATCH_IOU : touches(lesion, other),
  );
  if (counterpart) return 'TP';
  return of === 'T' ? 'FN' : 'FP';
}
