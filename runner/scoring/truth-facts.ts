import { type MetricName, type TruthExtent, worstValues } from '#lib/domain/metrics/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Triple, voxelCount } from '#runner/imaging/volume.ts';
import type { CaseMask } from './case-mask.ts';
import { type Components, type Connectivity, componentsOf } from './geometry/components.ts';
import { readTruth } from './true-mask.ts';

/** What a test set's declared worst values and strata follow from. */
export interface TruthFacts extends Omit<TruthExtent, 'lesions'> {
  shape: Triple;
  /** In mm. */
  spacing: Triple;
  /** Number of lesions under each connectivity. */
  lesions: Readonly<Record<Connectivity, number>>;
}

/** Facts of a true mask. Throws Error where it can't be used. */
export function truthFacts(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): TruthFacts {
  const truth = readTruth(bytes, limits);
  const { shape, spacing } = truth.volume;
  const lesions = (connectivity: Connectivity) => componentsOf(truth.runs, connectivity).count;
  return { ...sizesOf(truth), shape, spacing, lesions: { 6: lesions(6), 18: lesions(18), 26: lesions(26) } };
}

/** The extent of a true mask under one connectivity, as the registry takes it. */
export function truthExtent(truth: CaseMask, lesions: Components): TruthExtent {
  return { ...sizesOf(truth), lesions: lesions.count };
}

function sizesOf({ volume, runs }: CaseMask): Omit<TruthExtent, 'lesions'> {
  const { shape, spacing, affine } = volume;
  return {
    voxels: runs.voxels,
    gridVoxels: voxelCount(shape),
    volumeMl: (runs.voxels * Math.abs(determinant(affine))) / 1000,
    // Corner to corner of the grid: no two surface elements on it are further apart.
    diagonalMm: Math.hypot(shape[0] * spacing[0], shape[1] * spacing[1], shape[2] * spacing[2]),
  };
}

/** What a failed case takes in means, per metric and in its unit: a constant of the test set. */
export function declaredWorst(
  facts: readonly TruthFacts[],
  connectivity: Connectivity = 6,
): Record<MetricName, number> {
  return worstValues(facts.map((fact) => ({ ...fact, lesions: fact.lesions[connectivity] })));
}
