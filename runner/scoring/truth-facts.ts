import { type MetricName, type TruthExtent, worstValues } from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Triple, voxelCount } from '#runner/imaging/volume.ts';
import type { CaseMask } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import { readTruth } from './true-mask.ts';

/** The facts from which a test set's worst values and strata are derived. */
export interface TruthFacts extends Omit<TruthExtent, 'lesions'> {
  shape: Triple;
  /** In mm. */
  spacing: Triple;
  /** Number of lesions for each connectivity. */
  lesions: Readonly<Record<Connectivity, number>>;
}

/** Computes the facts of a true mask. Throws Error if it can't be used. */
export function truthFacts(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): TruthFacts {
  const truth = readTruth(bytes, limits);
  const { shape, spacing } = truth.volume;
  const lesions = (connectivity: Connectivity) => componentsOf(truth.runLengths, connectivity).count;
  return { ...sizesOf(truth), shape, spacing, lesions: { 6: lesions(6), 18: lesions(18), 26: lesions(26) } };
}

/** The extent of a true mask for one connectivity, as the metric registry expects it. */
export function truthExtent(truth: CaseMask, lesions: Components): TruthExtent {
  return { ...sizesOf(truth), lesions: lesions.count };
}

function sizesOf({ volume, runLengths }: CaseMask): Omit<TruthExtent, 'lesions'> {
  const { shape, spacing, affine } = volume;
  return {
    voxels: runLengths.voxels,
    gridVoxels: voxelCount(shape),
    volumeMl: (runLengths.voxels * Math.abs(determinant(affine))) / 1000,
    // The diagonal of the grid: no two surface elements on it are further apart.
    diagonalMm: Math.hypot(shape[0] * spacing[0], shape[1] * spacing[1], shape[2] * spacing[2]),
  };
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
