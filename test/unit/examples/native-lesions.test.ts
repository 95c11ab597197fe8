import { beforeEach, describe, expect, it, vi } from 'vitest';
import { segmentNative } from '#examples/algorithms/isles26/native-lesions.ts';
import { alignToBody, resample } from '#examples/algorithms/volumes/resample.ts';
import { nativePhantom } from '#test/support/imaging/native-phantom.ts';
import { dice } from '#test/support/imaging/phantom.ts';

const LESION = { center: [34, 5, 20] as const, radiusMm: 15 };

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

describe('resampling', () => {
  it('keeps a linear function of the position, on any grid', () => {
    // f = 2x − y + 3z mm on an oblique grid, read on one that is aligned to the body.
    const { scan } = nativePhantom();
    const { affine: a } = scan;
    const values = scan.values.map((_, voxel) => {
      const [i, j, k] = [
        voxel % scan.shape[0],
        Math.floor(voxel / scan.shape[0]) % scan.shape[1],
        Math.floor(voxel / (scan.shape[0] * scan.shape[1])),
      ];
      const mm = (row: number) =>
        a[4 * row]! * i + a[4 * row + 1]! * j + a[4 * row + 2]! * k + a[4 * row + 3]!;
      return 2 * mm(0) - mm(1) + 3 * mm(2);
    });
    const aligned = {
      shape: [5, 5, 5] as const,
      affine: [4, 0, 0, -8, 0, 4, 0, -8, 0, 0, 4, -8, 0, 0, 0, 1],
    };
    const read = resample(values, scan, aligned);
    // The first voxel is at (−8, −8, −8) mm: −16 + 8 − 24 = −32; the last at (8, 8, 8): 32.
    expect(read[0]).toBeCloseTo(-32, 2);
    expect(read.at(-1)).toBeCloseTo(32, 2);
  });

  it('an aligned scan holds all of the brain', () => {
    const { scan } = nativePhantom();
    const aligned = alignToBody(scan, 1);
    const volumeMl = (values: Float32Array, voxelMm3: number) =>
      (values.filter((value) => value > 250).length * voxelMm3) / 1000;
    expect(Math.abs(volumeMl(aligned.values, 1) / volumeMl(scan.values, 1.9 * 1.9 * 3) - 1)).toBeLessThan(
      0.06,
    );
  });
});

describe('the example algorithm of isles26', () => {
  it('finds a lesion on an oblique grid of permuted axes, and the map is higher in it', () => {
    const { scan, truth } = nativePhantom({ lesions: [LESION] });
    const { mask, probability } = segmentNative(scan);
    expect(dice(mask, truth)).toBeGreaterThan(0.75);
    const mean = (wanted: number) => {
      const values = probability.filter((_, voxel) => truth[voxel] === wanted);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(mean(1)).toBeGreaterThan(0.5);
    expect(mean(0)).toBeLessThan(0.05);
    expect(probability.reduce((a, b) => Math.min(a, b))).toBeGreaterThanOrEqual(0);
    expect(probability.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(1);
  });

  it('writes a constant map where it finds no lesion', () => {
    const { mask, probability } = segmentNative(nativePhantom().scan);
    expect(new Set(mask)).toEqual(new Set([0]));
    expect(new Set(probability)).toEqual(new Set([0]));
  });
});
