/**
 * The grid of ATLAS 2.0: MNI152NLin2009aSym at 1 mm, RAS, with x varying fastest, and positions on it. Voxel
 * (i, j, k) has its center at (i − 98, j − 134, k − 72) mm.
 */
export const SHAPE = [197, 233, 189] as const;
export const ORIGIN_MM = [-98, -134, -72] as const;
export const VOXEL_COUNT = SHAPE[0] * SHAPE[1] * SHAPE[2];
export const ROW_STRIDE = SHAPE[0];
export const SLICE_STRIDE = SHAPE[0] * SHAPE[1];

/** Voxel indices to millimeters, row-major 4×4. */
export const AFFINE = [
  [1, 0, 0, ORIGIN_MM[0]],
  [0, 1, 0, ORIGIN_MM[1]],
  [0, 0, 1, ORIGIN_MM[2]],
  [0, 0, 0, 1],
] as const;

/** Position of the MNI152 brain: every template is fitted into this box (lowest and highest, mm). */
export const BRAIN_BOX_MM = { low: [-71, -106, -69], high: [71, 73, 82] } as const;

export type Point = readonly [number, number, number];

/** Integer voxel bounds, both ends included. */
export interface Box {
  low: [number, number, number];
  high: [number, number, number];
}

/** The smallest box that contains every non-zero voxel of a volume, or null if there is none. */
export function boundingBox(volume: ArrayLike<number>, shape: Point = SHAPE): Box | null {
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-1, -1, -1];
  const [width, height, depth] = shape;
  for (let k = 0, voxel = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, voxel++) {
        if (!volume[voxel]) continue;
        if (i < low[0]) low[0] = i;
        if (i > high[0]) high[0] = i;
        if (j < low[1]) low[1] = j;
        if (j > high[1]) high[1] = j;
        low[2] = Math.min(low[2], k);
        high[2] = k;
      }
    }
  }
  return high[0] < 0 ? null : { low, high };
}

/** The box around some voxels, `margin` larger on each side, within the grid. */
export function boxAround(voxels: Int32Array, margin: number): Box {
  const low: [number, number, number] = [SHAPE[0], SHAPE[1], SHAPE[2]];
  const high: [number, number, number] = [0, 0, 0];
  for (const voxel of voxels) {
    const position = [
      voxel % SHAPE[0],
      Math.floor(voxel / ROW_STRIDE) % SHAPE[1],
      Math.floor(voxel / SLICE_STRIDE),
    ];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis]!, position[axis]!);
      high[axis] = Math.max(high[axis]!, position[axis]!);
    }
  }
  for (let axis = 0; axis < 3; axis++) {
    low[axis] = Math.max(0, low[axis]! - margin);
    high[axis] = Math.min(SHAPE[axis]! - 1, high[axis]! + margin);
  }
  return { low, high };
}
