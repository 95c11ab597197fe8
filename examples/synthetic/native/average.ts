import { spacingOf } from '#runner/imaging/volume.ts';
import { ORIGIN_MM, SHAPE } from '../anatomy/grid.ts';
import type { NativeGrid } from './native-grid.ts';

interface Averaging {
  /** Called for each point in a voxel that lies on the grid of grid.ts, with its position on it in voxels. */
  add(u: number, v: number, w: number): void;
  /** Called after the points of a voxel, with their number, those outside included. */
  end(voxel: number, count: number): void;
}

/** Visits the points that are averaged in each voxel of a grid, at most 1 mm apart, in the order of the voxels. */
export function averageOver(grid: NativeGrid, { add, end }: Averaging): void {
  const [width, height, depth] = grid.shape;
  const samples = samplesOf(grid);
  const { affine } = grid;
  let voxel = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, voxel++) {
        for (const [x, y, z] of samples) {
          const u = affine[0]! * i + affine[1]! * j + affine[2]! * k + x;
          const v = affine[4]! * i + affine[5]! * j + affine[6]! * k + y;
          const w = affine[8]! * i + affine[9]! * j + affine[10]! * k + z;
          if (u < 0 || v < 0 || w < 0 || u >= SHAPE[0] - 1 || v >= SHAPE[1] - 1 || w >= SHAPE[2] - 1)
            continue;
          add(u, v, w);
        }
        end(voxel, samples.length);
      }
    }
  }
}

/** Offsets of the points in a voxel, origin included. */
function samplesOf({ affine }: NativeGrid): [number, number, number][] {
  const counts = spacingOf(affine).map((mm) => Math.max(1, Math.round(mm)));
  const offsets = counts.map((count) => Array.from({ length: count }, (_, n) => (n + 0.5) / count - 0.5));
  const samples: [number, number, number][] = [];
  for (const c of offsets[2]!) {
    for (const b of offsets[1]!) {
      for (const a of offsets[0]!) {
        const mm = (row: number) =>
          affine[4 * row]! * a + affine[4 * row + 1]! * b + affine[4 * row + 2]! * c + affine[4 * row + 3]!;
        samples.push([mm(0) - ORIGIN_MM[0], mm(1) - ORIGIN_MM[1], mm(2) - ORIGIN_MM[2]]);
      }
    }
  }
  return samples;
}
