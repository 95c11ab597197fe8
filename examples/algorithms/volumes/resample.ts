import { applyAffine, invertAffine, multiplyAffines } from '#runner/imaging/affine.ts';
import { perAxis, type Scan, sample, type Triple } from './volume.ts';

type Grid = Pick<Scan, 'shape' | 'affine'>;

/** Trilinear interpolation of values on one grid at the voxels of another; 0 outside. Where all values are 0, nothing is computed. */
export function resample(values: Float32Array, from: Grid, to: Grid): Float32Array {
  const inverse = invertAffine(from.affine);
  if (!inverse) throw new Error('The grid has no inverse.');
  const matrix = multiplyAffines(inverse, to.affine);
  const box = boxOfValues(values, from.shape);
  const [width, height, depth] = to.shape;
  const resampled = new Float32Array(width * height * depth);
  const step: Triple = [matrix[0]!, matrix[4]!, matrix[8]!];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const start = applyAffine(matrix, 0, j, k);
      const [x, y, z] = start;
      const [first, last] = rangeWithin(box, start, step, width);
      const row = (k * height + j) * width;
      for (let i = first; i <= last; i++) {
        resampled[row + i] = sample(values, from.shape, x + step[0] * i, y + step[1] * i, z + step[2] * i);
      }
    }
  }
  return resampled;
}

/** The first and the last position on each axis between which values other than 0 are interpolated. */
type Box = readonly [low: number, high: number][];

function boxOfValues(values: Float32Array, [width, height, depth]: Triple): Box {
  const box: [number, number][] = [width, height, depth].map(() => [Number.POSITIVE_INFINITY, -1]);
  const [ofX, ofY, ofZ] = box as [[number, number], [number, number], [number, number]];
  for (let z = 0, voxel = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, voxel += width) {
      let first = 0;
      while (first < width && values[voxel + first] === 0) first++;
      if (first === width) continue;
      let last = width - 1;
      while (values[voxel + last] === 0) last--;
      widen(ofX, first, last);
      widen(ofY, y, y);
      widen(ofZ, z, z);
    }
  }
  return box.map(([low, high]) => [low - 1, high + 1]);
}

function widen(range: [number, number], low: number, high: number): void {
  range[0] = Math.min(range[0], low);
  range[1] = Math.max(range[1], high);
}

/** The voxels of a row of `length` that can lie in the box; the last is before the first if there are none. */
function rangeWithin(box: Box, start: Triple, step: Triple, length: number): [first: number, last: number] {
  let [first, last] = [0, length - 1];
  for (const axis of [0, 1, 2] as const) {
    const [low, high] = box[axis]!;
    const [from, by] = [start[axis], step[axis]];
    if (by === 0) {
      if (from < low || from > high) return [0, -1];
      continue;
    }
    const [near, far] = [(low - from) / by, (high - from) / by];
    first = Math.max(first, Math.floor(Math.min(near, far)));
    last = Math.min(last, Math.ceil(Math.max(near, far)));
  }
  return [first, last];
}

/** A scan on a grid with axes to the right, the front and the top, and cubes of `mm`, that holds all its voxels. */
export function alignToBody(scan: Scan, mm: number): Scan {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => {
    const [i, j, k] = perAxis((axis) => ((corner >> axis) & 1 ? scan.shape[axis] - 1 : 0));
    return applyAffine(scan.affine, i, j, k);
  });
  const low = perAxis((axis) => Math.min(...corners.map((corner) => corner[axis])));
  const high = perAxis((axis) => Math.max(...corners.map((corner) => corner[axis])));
  const shape: Triple = perAxis((axis) => Math.floor((high[axis] - low[axis]) / mm) + 1);
  const affine = [mm, 0, 0, low[0], 0, mm, 0, low[1], 0, 0, mm, low[2], 0, 0, 0, 1];
  const grid = { shape, affine };
  return { ...grid, spacing: [mm, mm, mm], values: resample(scan.values, scan, grid) };
}
