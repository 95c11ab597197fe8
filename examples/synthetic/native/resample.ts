import { spacingOf } from '#runner/imaging/volume.ts';
import { boundingBox, ORIGIN_MM, ROW_STRIDE, SHAPE, SLICE_STRIDE } from '../anatomy/grid.ts';
import type { PaintedCase } from '../case.ts';
import { type NativeGrid, nativeGrid } from './native-grid.ts';

export interface NativeCase extends NativeGrid {
  /** value = raw · slope of the painted case. */
  raw: Int16Array;
  mask: Uint8Array;
}

/**
 * A painted case as its site's scanner stores it. Each voxel is the mean of the signal that it covers; it belongs to
 * the lesion if at least half of it does, so a lesion of few voxels can vanish on a coarse grid.
 */
export function toNative(seed: string, { plan, raw, mask }: PaintedCase): NativeCase {
  const brain = boundingBox(raw);
  if (!brain) throw new Error('There is no brain to scan');
  const grid = nativeGrid(seed, plan.index, plan.site.name, brain);
  const [width, height, depth] = grid.shape;
  const native: NativeCase = {
    ...grid,
    raw: new Int16Array(width * height * depth),
    mask: new Uint8Array(width * height * depth),
  };
  const samples = samplesOf(grid);
  const { affine } = grid;
  let voxel = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++, voxel++) {
        let signal = 0;
        let lesion = 0;
        for (const [x, y, z] of samples) {
          // On the grid of the painted case.
          const u = affine[0]! * i + affine[1]! * j + affine[2]! * k + x;
          const v = affine[4]! * i + affine[5]! * j + affine[6]! * k + y;
          const w = affine[8]! * i + affine[9]! * j + affine[10]! * k + z;
          if (u < 0 || v < 0 || w < 0 || u >= SHAPE[0] - 1 || v >= SHAPE[1] - 1 || w >= SHAPE[2] - 1)
            continue;
          signal += interpolate(raw, u, v, w);
          lesion += mask[Math.round(u) + ROW_STRIDE * Math.round(v) + SLICE_STRIDE * Math.round(w)]!;
        }
        native.raw[voxel] = Math.round(signal / samples.length);
        native.mask[voxel] = 2 * lesion >= samples.length && lesion > 0 ? 1 : 0;
      }
    }
  }
  return native;
}

/** Offsets of the points that are averaged in each voxel: at most 1 mm apart, origin included. */
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

/** Trilinear; all eight neighbors must be on the grid. */
function interpolate(raw: Int16Array, u: number, v: number, w: number): number {
  const [x, y, z] = [Math.floor(u), Math.floor(v), Math.floor(w)];
  const [a, b, c] = [u - x, v - y, w - z];
  const at = x + ROW_STRIDE * y + SLICE_STRIDE * z;
  const row = (from: number) => raw[from]! * (1 - a) + raw[from + 1]! * a;
  const slice = (from: number) => row(from) * (1 - b) + row(from + ROW_STRIDE) * b;
  return slice(at) * (1 - c) + slice(at + SLICE_STRIDE) * c;
}
