import { boundingBox, ROW_STRIDE, SLICE_STRIDE } from '../anatomy/grid.ts';
import type { PaintedCase } from '../case.ts';
import { averageOver } from './average.ts';
import { type NativeGrid, nativeGrid } from './native-grid.ts';

interface NativeCase extends NativeGrid {
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
  let signal = 0;
  let lesion = 0;
  averageOver(grid, {
    add(u, v, w) {
      signal += interpolate(raw, u, v, w);
      lesion += mask[Math.round(u) + ROW_STRIDE * Math.round(v) + SLICE_STRIDE * Math.round(w)]!;
    },
    end(voxel, count) {
      native.raw[voxel] = Math.round(signal / count);
      native.mask[voxel] = 2 * lesion >= count && lesion > 0 ? 1 : 0;
      signal = 0;
      lesion = 0;
    },
  });
  return native;
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
