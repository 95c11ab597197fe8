import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLogistic, type Sample } from '#examples/algorithms/logistic.ts';
import { eachComponent, largestComponent } from '#examples/algorithms/volumes/components.ts';
import { blur, maximum, opening } from '#examples/algorithms/volumes/filters.ts';
import { mirrorAffine } from '#examples/algorithms/volumes/midplane.ts';
import { downsample, sample, type Triple } from '#examples/algorithms/volumes/volume.ts';
import { applyAffine } from '#runner/imaging/affine.ts';

const SHAPE: Triple = [5, 4, 6];
const gridArbitrary = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 120, maxLength: 120 });

function index(x: number, y: number, z: number): number {
  return (z * SHAPE[1] + y) * SHAPE[0] + x;
}

describe('grids', () => {
  it('downsample to the mean of each block, at the center of its voxels', () => {
    // Voxels 0 to 7 of a 4×2×1... as 4×2×2: block x 0–1 holds 0, 1, 4, 5 and 8, 9, 12, 13: mean 6.5.
    const affine = [3, 0, 0, -10, 0, 3, 0, 20, 0, 0, 3, 5, 0, 0, 0, 1];
    const coarse = downsample(
      {
        shape: [4, 2, 2],
        spacing: [3, 3, 3],
        affine,
        values: Float32Array.from({ length: 16 }, (_, i) => i),
      },
      2,
    );
    expect([...coarse.values]).toEqual([6.5, 8.5]);
    expect(coarse.spacing).toEqual([6, 6, 6]);
    // The first block's center is at voxel (½, ½, ½) of the original grid.
    expect(applyAffine(coarse.affine, 0, 0, 0)).toEqual(applyAffine(affine, 0.5, 0.5, 0.5));
    expect(applyAffine(coarse.affine, 1, 0, 0)).toEqual(applyAffine(affine, 2.5, 0.5, 0.5));
  });

  it('sample linearly between voxels and reproduce a plane exactly', () => {
    const values = new Float32Array(120);
    for (let z = 0; z < 6; z++)
      for (let y = 0; y < 4; y++) for (let x = 0; x < 5; x++) values[index(x, y, z)] = 2 * x - y + 3 * z;
    expect(sample(values, SHAPE, 1.25, 2.5, 3.75)).toBeCloseTo(2 * 1.25 - 2.5 + 3 * 3.75, 5);
    expect(sample(values, SHAPE, -0.1, 1, 1)).toBe(0);
  });

  it('map a voxel to itself when mirrored twice', () => {
    const affine = [2, 0, 0.1, -80, 0, 2, 0, -90, -0.1, 0, 2, -70, 0, 0, 0, 1];
    const length = Math.hypot(1, 0.2, -0.1);
    const plane = { normal: [1 / length, 0.2 / length, -0.1 / length] as const, offset: 3 };
    const mirror = mirrorAffine(affine, plane);
    const [x, y, z] = applyAffine(mirror, 11, 22, 33);
    expect(Math.abs(x - 11)).toBeGreaterThan(1);
    applyAffine(mirror, x, y, z).forEach((value, axis) => {
      expect(value).toBeCloseTo([11, 22, 33][axis]!, 9);
    });
  });
});

describe('filters', () => {
  it('maximum and opening agree with their definitions on small grids', () => {
    fc.assert(
      fc.property(gridArbitrary, fc.constantFrom(1, 2), (list, radius) => {
        const values = Float32Array.from(list);
        expect([...maximum(values, SHAPE, radius)]).toEqual(extreme(list, radius, Math.max));
        const eroded = extreme(list, radius, Math.min);
        expect([...opening(values, SHAPE, radius)]).toEqual(extreme(eroded, radius, Math.max));
      }),
      { numRuns: 50 },
    );
  });

  it('blur keeps the sum away from the border and spreads by σ', () => {
    const shape: Triple = [31, 31, 31];
    const values = new Float32Array(31 ** 3);
    values[(15 * 31 + 15) * 31 + 15] = 1;
    const blurred = blur(values, shape, [2, 2, 2]);
    let sum = 0;
    let variance = 0;
    blurred.forEach((value, voxel) => {
      sum += value;
      variance += value * ((voxel % 31) - 15) ** 2;
    });
    expect(sum).toBeCloseTo(1, 4);
    // σ² = 4, a little less because the kernel ends at 3 σ.
    expect(variance).toBeGreaterThan(3.7);
    expect(variance).toBeLessThan(4.05);
  });
});

describe('components', () => {
  it('are joined through faces, not through edges or around the end of a row', () => {
    const mask = new Uint8Array(120);
    for (const [x, y, z] of [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [2, 2, 0],
      [4, 2, 1],
      [0, 3, 1],
    ] as const)
      mask[index(x, y, z)] = 1;
    const sizes: number[] = [];
    eachComponent(mask, SHAPE, (voxels) => sizes.push(voxels.length));
    expect(sizes).toEqual([3, 1, 1, 1]);
    expect(largestComponent(mask, SHAPE).reduce((sum, value) => sum + value, 0)).toBe(3);
  });
});

describe('logistic regression', () => {
  it('gives the exact log odds of a table', () => {
    // Feature 0: 30 of 40 are lesion, ln 3. Feature 1: 10 of 40, ln ⅓. So intercept ln 3, weight ln(1/9).
    const samples: Sample[] = [
      { features: [0], label: 1, weight: 30 },
      { features: [0], label: 0, weight: 10 },
      { features: [1], label: 1, weight: 10 },
      { features: [1], label: 0, weight: 30 },
    ];
    const { intercept, weights } = fitLogistic(samples);
    expect(intercept).toBeCloseTo(Math.log(3), 2);
    expect(weights[0]).toBeCloseTo(Math.log(1 / 9), 2);
  });
});

/** A literal implementation: the extreme over the cube around each voxel, cut off at the border. */
function extreme(values: readonly number[], radius: number, pick: (...values: number[]) => number): number[] {
  const result: number[] = [];
  for (let z = 0; z < 6; z++)
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 5; x++) {
        const near = values.filter((_, other) => {
          const [ox, oy, oz] = [other % 5, Math.floor(other / 5) % 4, Math.floor(other / 20)];
          return Math.max(Math.abs(ox - x), Math.abs(oy - y), Math.abs(oz - z)) <= radius;
        });
        result.push(pick(...near));
      }
  return result;
}
