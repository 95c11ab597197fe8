import { type MetricName, worstValues } from '#lib/domain/metrics.ts';
import { determinant } from '#runner/imaging/affine.ts';
import { DEFAULT_READ_LIMITS, type ReadLimits, type Triple } from '#runner/imaging/volume.ts';
import { type Connectivity, componentsOf } from './components.ts';
import { readTruth } from './score-case.ts';

/** What a test set's declared worst values and strata follow from. */
export interface TruthFacts {
  shape: Triple;
  /** In mm. */
  spacing: Triple;
  /** Foreground voxels. */
  voxels: number;
  volumeMl: number;
  /** Number of lesions under each connectivity. */
  lesions: Readonly<Record<Connectivity, number>>;
  /** Corner to corner of the grid: no two surface elements on it are further apart. */
  diagonalMm: number;
}

/** Facts of a true mask. Throws Error where it can't be used. */
export function truthFacts(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): TruthFacts {
  const { volume, runs } = readTruth(bytes, limits);
  const { shape, spacing, affine } = volume;
  const lesions = (connectivity: Connectivity) => componentsOf(runs, connectivity).count;
  return {
    shape,
    spacing,
    voxels: runs.voxels,
    volumeMl: (runs.voxels * Math.abs(determinant(affine))) / 1000,
    lesions: { 6: lesions(6), 18: lesions(18), 26: lesions(26) },
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
