import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyAffine, determinant, invertAffine, multiplyAffines } from '#runner/imaging/affine.ts';
import { axisOrder, gridDistance, reorderVolume } from '#runner/imaging/grid.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import type { Triple, Volume } from '#runner/imaging/volume.ts';

/** An oblique grid with unequal spacing. */
const AFFINE = [0.8, -0.5, 0.1, -90, 0.6, 1.1, 0.2, -120, 0.05, 0.1, 2, -70, 0, 0, 0, 1];

function volumeOf(shape: Triple, affine: readonly number[], data: Float64Array): Volume {
  return volumeOn({ shape, affine }, { format: 'NIFTI', dtype: 'float64', data });
}

const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const anyOrder = fc.record({
  axes: fc.constantFrom(...ORDERS),
  flipped: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
});

test('a grid stored with any order of axes is reordered to the target voxel by voxel', () => {
  const shape: Triple = [2, 3, 4];
  const target = volumeOf(
    shape,
    AFFINE,
    Float64Array.from({ length: 24 }, (_, i) => i),
  );
  fc.assert(
    fc.property(anyOrder, (order) => {
      const stored = reorderVolume(target, order);
      const back = axisOrder(stored, target);
      expect(back).not.toBeNull();
      const restored = reorderVolume(stored, back!);
      expect(gridDistance(restored, target)).toBeLessThan(1e-9);
      expect([...(restored.data as Float64Array)]).toEqual([...(target.data as Float64Array)]);
    }),
  );
});

test('reordering axes keeps the world coordinates of each voxel', () => {
  const target = volumeOf(
    [2, 3, 4],
    AFFINE,
    Float64Array.from({ length: 24 }, (_, i) => i),
  );
  const places = (volume: Volume) => {
    const found = new Map<number, string>();
    const [nx, ny, nz] = volume.shape;
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const value = Number(volume.data[x + nx * (y + ny * z)]);
          found.set(
            value,
            applyAffine(volume.affine, x, y, z)
              .map((mm) => mm.toFixed(9))
              .join(' '),
          );
        }
      }
    }
    return found;
  };
  fc.assert(
    fc.property(anyOrder, (order) => {
      const moved = places(reorderVolume(target, order));
      for (const [value, place] of places(target)) expect(moved.get(value)).toBe(place);
    }),
  );
});

test('the distance of two grids is the largest distance of corresponding corners', () => {
  const unit = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const moved = unit.map((value, i) => (i === 3 ? 0.25 : value));
  expect(gridDistance({ shape: [5, 5, 5], affine: unit }, { shape: [5, 5, 5], affine: moved })).toBeCloseTo(
    0.25,
    12,
  );
  // Spacing 1.01 along x: the corner at 99.5 is off by 0.995 mm.
  const wider = unit.map((value, i) => (i === 0 ? 1.01 : value));
  expect(
    gridDistance({ shape: [100, 5, 5], affine: unit }, { shape: [100, 5, 5], affine: wider }),
  ).toBeCloseTo(0.995, 9);
  // Different spacing along z counts even if the grid is one voxel thin.
  const thick = unit.map((value, i) => (i === 10 ? 3 : value));
  expect(gridDistance({ shape: [5, 5, 1], affine: unit }, { shape: [5, 5, 1], affine: thick })).toBeCloseTo(
    1,
    12,
  );
  expect(gridDistance({ shape: [5, 5, 5], affine: unit }, { shape: [5, 5, 6], affine: unit })).toBeNull();
});

test('an affine times its inverse is the identity; a singular affine has no inverse', () => {
  const product = multiplyAffines(invertAffine(AFFINE)!, AFFINE);
  product.forEach((value, i) => {
    expect(value).toBeCloseTo(i % 5 === 0 ? 1 : 0, 12);
  });
  expect(determinant([2, 0, 0, 5, 0, 3, 0, 6, 0, 0, 4, 7, 0, 0, 0, 1])).toBe(24);
  expect(invertAffine([1, 2, 0, 0, 2, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBeNull();
});
