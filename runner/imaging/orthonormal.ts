import { type Affine, invertAffine } from './affine.ts';
import { spacingOf, type Triple } from './volume.ts';

/** Grids at right angles: what a qform can hold, and what ITK requires. */

/** Newton's iteration doubles its correct digits; a matrix that needs more steps is singular for our purposes. */
const MAX_STEPS = 100;

/**
 * The orthogonal matrix nearest to the 3 × 3 part of `affine` (its polar factor), without translation; null if
 * the affine is not invertible. Newton's iteration of Higham, SIAM J. Sci. Stat. Comput. 7 (1986), as in
 * nifti_mat33_polar of nifti1_io.c.
 */
export function orthogonalFactor(affine: Affine): Affine | null {
  let current = affine.map((value, at) => (at < 12 && at % 4 === 3 ? 0 : value));
  for (let step = 0; step < MAX_STEPS; step++) {
    const inverse = invertAffine(current);
    if (inverse === null) return null;
    const next = current.map((value, at) =>
      at < 12 && at % 4 < 3 ? (value + inverse[4 * (at % 4) + Math.floor(at / 4)]!) / 2 : value,
    );
    const change = Math.max(...next.map((value, at) => Math.abs(value - current[at]!)));
    current = next;
    if (change <= 1e-14) return current;
  }
  return null;
}

/** Unit vectors along the axes of the grid, without translation. */
export function directionsOf(affine: Affine): Affine {
  const spacing = spacingOf(affine);
  return affine.map((value, at) => {
    if (at >= 12) return value;
    return at % 4 === 3 ? 0 : value / spacing[at % 4]!;
  });
}

/** An affine of directions (unit vectors), spacing and the origin of another affine. */
export function affineFrom(directions: Affine, spacing: Triple, origin: Affine): number[] {
  return directions.map((value, at) => {
    if (at >= 12) return value;
    return at % 4 === 3 ? origin[at]! : value * spacing[at % 4]!;
  });
}

/** The nearest grid at right angles with the same spacing and origin; null if the affine is not invertible. */
export function nearestOrthonormal(affine: Affine): number[] | null {
  const directions = orthogonalFactor(directionsOf(affine));
  return directions && affineFrom(directions, spacingOf(affine), affine);
}

/** Whether the cosine of each angle between two axes is at most `tolerance`. */
export function isOrthonormal(affine: Affine, tolerance: number): boolean {
  const directions = directionsOf(affine);
  return [
    [0, 1],
    [0, 2],
    [1, 2],
  ].every(([a, b]) => {
    const cosine = [0, 4, 8].reduce((sum, row) => sum + directions[row + a!]! * directions[row + b!]!, 0);
    return Math.abs(cosine) <= tolerance;
  });
}
