import type { Point } from '#examples/synthetic/anatomy/grid.ts';

/**
 * Distance to the nearest zero in two sweeps over the 26 neighbors, within 10% of the Euclidean distance.
 * `distance` is 0 at the sources and large elsewhere; `mm` is the size of a voxel.
 */
export function chamfer(distance: Float32Array, shape: Point, mm: Point = [1, 1, 1]): void {
  const half: [number, number, number, number][] = [];
  for (let k = -1; k <= 0; k++) {
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        if (k < 0 || j < 0 || (j === 0 && i < 0))
          half.push([i, j, k, Math.hypot(i * mm[0], j * mm[1], k * mm[2])]);
      }
    }
  }
  const offsets = half.map(([i, j, k]) => i + shape[0] * (j + shape[1] * k));
  const lengths = half.map(([, , , length]) => length);
  const sweep = (direction: 1 | -1) => {
    for (let slice = 1; slice < shape[2] - 1; slice++) {
      const k = direction === 1 ? slice : shape[2] - 1 - slice;
      for (let row = 1; row < shape[1] - 1; row++) {
        const j = direction === 1 ? row : shape[1] - 1 - row;
        let voxel = shape[0] * (j + shape[1] * k) + (direction === 1 ? 1 : shape[0] - 2);
        for (let i = 1; i < shape[0] - 1; i++, voxel += direction) {
          let best = distance[voxel]!;
          if (best === 0) continue;
          for (let n = 0; n < offsets.length; n++) {
            const candidate = distance[voxel + direction * offsets[n]!]! + lengths[n]!;
            if (candidate < best) best = candidate;
          }
          distance[voxel] = best;
        }
      }
    }
  };
  sweep(1);
  sweep(-1);
}

/** Smooths in place: applies (1, 2, 1)/4 along each axis `rounds` times. */
export function smooth(values: Float32Array, shape: Point, rounds: number): void {
  const scratch = new Float32Array(values.length);
  for (let round = 0; round < rounds; round++) {
    blurAxis(values, scratch, 1, shape[0]);
    blurAxis(scratch, values, shape[0], shape[1]);
    blurAxis(values, scratch, shape[0] * shape[1], shape[2]);
    values.set(scratch);
  }
}

/** Applies (1, 2, 1)/4 along one axis, with the ends repeated. */
function blurAxis(from: Float32Array, to: Float32Array, stride: number, size: number): void {
  for (let voxel = 0; voxel < from.length; voxel++) {
    const position = Math.floor(voxel / stride) % size;
    const before = position > 0 ? from[voxel - stride]! : from[voxel]!;
    const after = position < size - 1 ? from[voxel + stride]! : from[voxel]!;
    to[voxel] = (before + 2 * from[voxel]! + after) / 4;
  }
}
