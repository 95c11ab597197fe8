import type { Brain } from './brain.ts';
import { perAxis, type Scan, sample } from './volume.ts';

/** Interpolates a map from the brain's coarser grid to the scan's: 1 where it is above `limit`. */
export function maskOnScan(map: Float32Array, limit: number, brain: Brain, scan: Scan): Uint8Array {
  const [width, height, depth] = scan.shape;
  const mask = new Uint8Array(scan.values.length);
  const box = perAxis((axis) => brain.origin[axis] * brain.factor);
  const end = perAxis((axis) => Math.min(scan.shape[axis], box[axis] + brain.shape[axis] * brain.factor));
  const coarse = (index: number, axis: 0 | 1 | 2) => (index + 0.5) / brain.factor - 0.5 - brain.origin[axis];
  for (let z = box[2]; z < Math.min(end[2], depth); z++) {
    for (let y = box[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      for (let x = box[0]; x < end[0]; x++) {
        const value = sample(map, brain.shape, coarse(x, 0), coarse(y, 1), coarse(z, 2));
        if (value > limit) mask[row + x] = 1;
      }
    }
  }
  return mask;
}
