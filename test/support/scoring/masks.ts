import fc from 'fast-check';
import { encodeNifti } from '#runner/imaging/encode.ts';
import type { Triple } from '#runner/imaging/volume.ts';
import { type ScoringJob, scoreCase } from '#runner/scoring/score-case.ts';
import type { Mask } from './definitions.ts';

/** Masks for tests: random, written as text, and as files. */

export const ONE_MM: Triple = [1, 1, 1];

/** Parses a mask from pictures of its slices: `#` is foreground, rows run along y, characters along x. */
export function picture(...slices: string[]): Mask {
  const rows = slices.map((slice) => slice.trim().split(/\s+/));
  const shape: Triple = [rows[0]![0]!.length, rows[0]!.length, slices.length];
  return { shape, voxels: [...rows.flat().join('')].map((sign) => Number(sign === '#')) };
}

export const affineOf = ([x, y, z]: Triple): number[] => [x, 0, 0, -10, 0, y, 0, 5, 0, 0, z, 2, 0, 0, 0, 1];

export function fileOf({ shape, voxels }: Mask, affine: readonly number[] = affineOf(ONE_MM)): Uint8Array {
  return encodeNifti({ shape, affine, data: Uint8Array.from(voxels), gzipLevel: null });
}

export function mapFile({ shape }: Mask, values: readonly number[], affine = affineOf(ONE_MM)): Uint8Array {
  return encodeNifti({ shape, affine, data: Float64Array.from(values), gzipLevel: null });
}

/** Scores two masks as files on one grid. */
export function scoreMasks(
  truth: Mask,
  prediction: Mask,
  options: { spacing?: Triple } & Partial<Pick<ScoringJob, 'connectivity' | 'probabilityMap'>> = {},
) {
  const { spacing = ONE_MM, connectivity = 6, ...rest } = options;
  const affine = affineOf(spacing);
  const files = { truth: fileOf(truth, affine), prediction: fileOf(prediction, affine) };
  const outcome = scoreCase({ ...files, connectivity, ...rest });
  if (outcome.status !== 'scored') throw new Error(outcome.message);
  return outcome.metrics;
}

export const anyConnectivity = fc.constantFrom(6 as const, 18 as const, 26 as const);
/** Exact in float32, so that the file contains the values that the definition uses. */
const anyStep = fc.constantFrom(0.5, 0.75, 1, 1.25, 2, 3);
export const anySpacing = fc.tuple(anyStep, anyStep, anyStep);

/** Two masks on one grid, from empty to full, and sometimes similar. */
export function maskPair(longest = 6): fc.Arbitrary<{ truth: Mask; prediction: Mask }> {
  const size = fc.integer({ min: 1, max: longest });
  return fc.tuple(size, size, size).chain((shape) => {
    const voxels = fc.constantFrom(0, 1, 5, 9, 10).chain((tenths) =>
      fc.array(
        fc.integer({ min: 0, max: 9 }).map((n) => Number(n < tenths)),
        { minLength: shape[0] * shape[1] * shape[2], maxLength: shape[0] * shape[1] * shape[2] },
      ),
    );
    const flips = fc.array(fc.nat({ max: shape[0] * shape[1] * shape[2] - 1 }), { maxLength: 4 });
    const alike = fc.tuple(voxels, flips).map(([drawn, at]) => {
      return {
        truth: { shape, voxels: drawn },
        prediction: { shape, voxels: drawn.map((v, i) => (at.includes(i) ? 1 - v : v)) },
      };
    });
    const apart = fc.record({ truth: voxels, prediction: voxels }).map(({ truth, prediction }) => ({
      truth: { shape, voxels: truth },
      prediction: { shape, voxels: prediction },
    }));
    return fc.oneof(alike, apart);
  });
}
