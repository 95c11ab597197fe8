import { type MaskLabel, type MetricKey, worstLabelValues } from '#lib/domain/metrics/labels.ts';
import {
  type LabelExtent,
  type MetricName,
  type TruthExtent,
  worstValues,
} from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import {
  DEFAULT_READ_LIMITS,
  hasMillimetres,
  type ReadLimits,
  type Triple,
  type Volume,
  voxelCount,
} from '#runner/imaging/volume.ts';
import type { CaseMask } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import type { RunLengths } from './geometry/run-lengths.ts';
import type { LabelledMask } from './label-metrics.ts';
import { readTrueLabels, readTruth } from './true-mask.ts';

type LesionCounts = Readonly<Record<Connectivity, number>>;

/** The facts from which a test set's worst values and strata are derived. */
export interface TruthFacts extends Omit<TruthExtent, 'lesions' | 'labels'> {
  shape: Triple;
  /** In mm. */
  spacing: Triple;
  /** Number of lesions for each connectivity. */
  lesions: LesionCounts;
}

/** The same of a mask with labels, of all labels together and of each. */
export interface LabelledTruthFacts extends TruthFacts {
  labels: Readonly<Record<string, Omit<LabelExtent, 'lesions'> & { lesions: LesionCounts }>>;
}

/** Computes the facts of a true mask. Throws Error if it can't be used. */
export function truthFacts(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): TruthFacts {
  return maskFacts(readTruth(bytes, limits));
}

/** The same of a mask in memory. */
export function maskFacts({ volume, runLengths }: CaseMask): TruthFacts {
  return { ...gridOf(volume), ...volumeOf(volume, runLengths.voxels), lesions: lesionCounts(runLengths) };
}

/** Computes the facts of a true mask with labels. Throws Error if it can't be used. */
export function labelledTruthFacts(
  bytes: Uint8Array,
  labels: readonly MaskLabel[],
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): LabelledTruthFacts {
  return labelledMaskFacts(readTrueLabels(bytes, labels, limits), labels);
}

/** The same of a mask in memory. */
export function labelledMaskFacts(truth: LabelledMask, labels: readonly MaskLabel[]): LabelledTruthFacts {
  return { ...gridOf(truth.volume), ...labelFacts(truth, labels, lesionCounts, sumOfCounts) };
}

function lesionCounts(runLengths: RunLengths): LesionCounts {
  const count = (connectivity: Connectivity) => componentsOf(runLengths, connectivity).count;
  return { 6: count(6), 18: count(18), 26: count(26) };
}

function sumOfCounts(counts: readonly LesionCounts[]): LesionCounts {
  const sum = (connectivity: Connectivity) =>
    counts.reduce((total, lesions) => total + lesions[connectivity], 0);
  return { 6: sum(6), 18: sum(18), 26: sum(26) };
}

/** The extent of a true mask for one connectivity, as the metric registry expects it. */
export function truthExtent({ volume, runLengths }: CaseMask, lesions: Components): TruthExtent {
  const { shape: _, spacing: __, ...grid } = gridOf(volume);
  return { ...grid, ...volumeOf(volume, runLengths.voxels), lesions: lesions.count };
}

/** The same for a mask with labels. A lesion of several labels counts once for each. */
export function labelledExtent(
  truth: LabelledMask,
  labels: readonly MaskLabel[],
  connectivity: Connectivity,
): TruthExtent {
  const { shape: _, spacing: __, ...grid } = gridOf(truth.volume);
  const count = (runLengths: RunLengths) => componentsOf(runLengths, connectivity).count;
  const sum = (counts: readonly number[]) => counts.reduce((total, lesions) => total + lesions, 0);
  return { ...grid, ...labelFacts(truth, labels, count, sum) };
}

function labelFacts<Lesions>(
  { volume, runLengths }: LabelledMask,
  labels: readonly MaskLabel[],
  lesionsOf: (runLengths: RunLengths) => Lesions,
  sumOf: (lesions: readonly Lesions[]) => Lesions,
) {
  const facts = labels.map(({ name }, place) => {
    const ofLabel = runLengths[place]!;
    return { name, ...volumeOf(volume, ofLabel.voxels), lesions: lesionsOf(ofLabel) };
  });
  const voxels = facts.reduce((sum, label) => sum + label.voxels, 0);
  return {
    ...volumeOf(volume, voxels),
    lesions: sumOf(facts.map(({ lesions }) => lesions)),
    labels: Object.fromEntries(facts.map(({ name, ...label }) => [name, label])),
  };
}

function gridOf(volume: Volume) {
  const { shape, spacing } = volume;
  return {
    shape,
    spacing,
    gridVoxels: voxelCount(shape),
    // The diagonal of the grid: no two surface elements on it are further apart.
    diagonalMm: Math.hypot(shape[0] * spacing[0], shape[1] * spacing[1], shape[2] * spacing[2]),
    hasMillimetres: hasMillimetres(volume),
  };
}

/** The volume of so many voxels, in ml. */
export function volumeOf({ affine }: Pick<Volume, 'affine'>, voxels: number) {
  return { voxels, volumeMl: (voxels * Math.abs(determinant(affine))) / 1000 };
}

/**
 * The values that a failed case contributes to means, per metric and in its unit; constant for a test set.
 */
export function declaredWorst(
  facts: readonly TruthFacts[],
  connectivity: Connectivity = 6,
): Record<MetricName, number> {
  return worstValues(facts.map((fact) => ({ ...fact, lesions: fact.lesions[connectivity] })));
}

/** The same where the masks have labels, for each metric and each of its labels. */
export function declaredLabelWorst(
  facts: readonly LabelledTruthFacts[],
  labels: readonly MaskLabel[],
  connectivity: Connectivity = 6,
): Record<MetricKey, number> {
  const extents = facts.map((fact): TruthExtent => {
    const ofLabels = Object.entries(fact.labels).map(([name, label]) => [
      name,
      { ...label, lesions: label.lesions[connectivity] },
    ]);
    return { ...fact, lesions: fact.lesions[connectivity], labels: Object.fromEntries(ofLabels) };
  });
  return worstLabelValues(extents, labels);
}
