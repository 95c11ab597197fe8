import { resample } from '#examples/algorithms/volumes/resample.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';
import { type PhantomOptions, phantom } from './phantom.ts';

/** Axes of storage to the back, the top and the right, tilted by 6° around the first, with slices of 3 mm. */
const TILT = (6 * Math.PI) / 180;
const [COS, SIN] = [Math.cos(TILT), Math.sin(TILT)];
const SHAPE = [96, 92, 56] as const;
const AFFINE = [
  [0, -1.9 * SIN, 3 * COS, -88],
  [-1.9, 0, 0, 92],
  [0, 1.9 * COS, 3 * SIN, -92],
];

/** A phantom as a scanner stores it: on an oblique grid of permuted axes and voxels of 1.9 × 1.9 × 3 mm. */
export function nativePhantom(options: PhantomOptions = {}): { scan: Scan; truth: Uint8Array } {
  const { scan, truth } = phantom(options);
  const grid = { shape: SHAPE, affine: [...AFFINE.flat(), 0, 0, 0, 1] };
  return {
    scan: { ...grid, spacing: [1.9, 1.9, 3], values: resample(scan.values, scan, grid) },
    truth: Uint8Array.from(resample(Float32Array.from(truth), scan, grid), (share) => (share > 0.5 ? 1 : 0)),
  };
}
