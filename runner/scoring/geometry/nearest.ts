import type { Triple } from '#runner/imaging/volume.ts';
import { type Blocks, blocksOf } from './blocks.ts';
import { extentOf } from './int-list.ts';
import type { Surface } from './surface.ts';
import { sweep } from './sweep.ts';

/**
 * Exact Euclidean distances from the elements of one surface to the nearest elements of another, in three
 * ways:
 *
 *   1. Near elements: look around in order of distance, on a byte map of the other surface.
 *   2. A few far elements: search block by block, and use the distance between boxes to skip blocks that can't
 *      contain the nearest element. This is the usual case for real masks, where a distance transform would
 *      visit far more voxels than there are elements.
 *   3. Many far elements: use a distance transform (sweep.ts), whose cost hardly depends on the number of
 *      queries. Masks of noise have millions of elements.
 */

/**
 * Approximate number of positions around an element that are checked before the search continues by blocks.
 */
const NEAR_OFFSETS = 123;
const MAX_REACH = 16;
/**
 * The number of queries at which both methods take about equally long, measured on lesions, on shells around
 * them and on noise (docs/decisions/0068-surface-distances.md).
 */
const MAX_BLOCK_QUERIES = 8192;

/**
 * Squared distances in mm² from each element of `from` to the nearest of `to`, which must not be empty. Both
 * are ordered by z, y, x.
 */
export function squaredDistances(from: Surface, to: Surface, spacing: Triple): Float64Array {
  const squared = new Float64Array(from.length);
  const remaining = searchNear(from, to, spacing, squared);
  if (remaining.length > MAX_BLOCK_QUERIES) sweep(from, remaining, to, spacing, squared);
  else if (remaining.length > 0)
    searchBlocks(blocksOf(from, remaining, spacing), blocksOf(to, null, spacing), squared);
  return squared;
}

/** Offsets to the positions around an element, nearest first. */
interface Offsets {
  dx: Int32Array;
  dy: Int32Array;
  dz: Int32Array;
  /** Ascending, in mm². */
  squared: Float64Array;
  /** Largest step along each axis. */
  reach: Triple;
}

let latestOffsets: { key: string; offsets: Offsets } | undefined;

function offsetsAround(spacing: Triple): Offsets {
  const key = spacing.join(' ');
  if (latestOffsets?.key !== key) latestOffsets = { key, offsets: makeOffsets(spacing) };
  return latestOffsets.offsets;
}

/**
 * All offsets within the radius that contains about NEAR_OFFSETS of them, so that none outside the list is
 * nearer.
 */
function makeOffsets(spacing: Triple): Offsets {
  const voxel = spacing[0] * spacing[1] * spacing[2];
  const radius = Math.min(
    Math.cbrt((NEAR_OFFSETS * voxel * 3) / (4 * Math.PI)),
    MAX_REACH * Math.min(...spacing),
  );
  const reach = spacing.map((step) => Math.floor(radius / step)) as [number, number, number];
  const offsets: [number, number, number, number][] = [];
  for (let dz = -reach[2]; dz <= reach[2]; dz++) {
    for (let dy = -reach[1]; dy <= reach[1]; dy++) {
      for (let dx = -reach[0]; dx <= reach[0]; dx++) {
        const squared = (dx * spacing[0]) ** 2 + (dy * spacing[1]) ** 2 + (dz * spacing[2]) ** 2;
        if (squared <= radius * radius) offsets.push([squared, dx, dy, dz]);
      }
    }
  }
  offsets.sort((a, b) => a[0] - b[0]);
  return {
    squared: Float64Array.from(offsets, (offset) => offset[0]),
    dx: Int32Array.from(offsets, (offset) => offset[1]),
    dy: Int32Array.from(offsets, (offset) => offset[2]),
    dz: Int32Array.from(offsets, (offset) => offset[3]),
    reach,
  };
}

/**
 * Kept between calls, all zero: clearing the elements that were set is cheaper than allocating memory for
 * each case. Each thread scores one case at a time.
 */
let map = new Uint8Array(0);

/** Fills in the distances of elements with a near neighbor; returns the indices of the others. */
function searchNear(from: Surface, to: Surface, spacing: Triple, squared: Float64Array): Int32Array {
  const offsets = offsetsAround(spacing);
  const [rx, ry, rz] = offsets.reach;
  const [x0, x1] = extentOf(to.x);
  const [y0, y1] = extentOf(to.y);
  const [z0, z1] = extentOf(to.z);
  // An element within reach of the box looks another `reach` away, so the map has a margin of twice the
  // reach.
  const width = x1 - x0 + 1 + 4 * rx;
  const slice = width * (y1 - y0 + 1 + 4 * ry);
  const size = slice * (z1 - z0 + 1 + 4 * rz);
  if (map.length < size) map = new Uint8Array(size);
  const indexOf = (x: number, y: number, z: number) =>
    (z - z0 + 2 * rz) * slice + (y - y0 + 2 * ry) * width + (x - x0 + 2 * rx);
  for (let i = 0; i < to.length; i++) map[indexOf(to.x[i]!, to.y[i]!, to.z[i]!)] = 1;
  const count = offsets.squared.length;
  const steps = offsets.dx.map((dx, i) => offsets.dz[i]! * slice + offsets.dy[i]! * width + dx);
  const remaining = new Int32Array(from.length);
  let remainingCount = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from.x[i]!;
    const y = from.y[i]!;
    const z = from.z[i]!;
    let offset = count;
    if (x >= x0 - rx && x <= x1 + rx && y >= y0 - ry && y <= y1 + ry && z >= z0 - rz && z <= z1 + rz) {
      const at = indexOf(x, y, z);
      offset = 0;
      while (offset < count && map[at + steps[offset]!] === 0) offset++;
    }
    if (offset < count) squared[i] = offsets.squared[offset]!;
    else remaining[remainingCount++] = i;
  }
  for (let i = 0; i < to.length; i++) map[indexOf(to.x[i]!, to.y[i]!, to.z[i]!)] = 0;
  return remaining.subarray(0, remainingCount);
}

/** Fills in the distances of all queries. Elements in the same block share a list of candidate blocks. */
function searchBlocks(queries: Blocks, targets: Blocks, squared: Float64Array): void {
  const candidates = new Int32Array(targets.count);
  const near = new Float64Array(targets.count);
  const { x, y, z, box, start } = targets;
  // The nearest element of the previous query, which is close to this one's and so rules out most candidates.
  let latest = 0;
  for (let block = 0; block < queries.count; block++) {
    const candidateCount = findCandidates(queries, block, targets, latest, candidates, near);
    const end = queries.start[block + 1]!;
    for (let i = queries.start[block]!; i < end; i++) {
      const qx = queries.x[i]!;
      const qy = queries.y[i]!;
      const qz = queries.z[i]!;
      let best = square(x[latest]! - qx, y[latest]! - qy, z[latest]! - qz);
      for (let c = 0; c < candidateCount; c++) {
        if (near[c]! >= best) continue;
        const candidate = candidates[c]!;
        const at = 6 * candidate;
        const outside = square(
          gap(box[at]!, box[at + 1]!, qx, qx),
          gap(box[at + 2]!, box[at + 3]!, qy, qy),
          gap(box[at + 4]!, box[at + 5]!, qz, qz),
        );
        if (outside >= best) continue;
        const stop = start[candidate + 1]!;
        for (let j = start[candidate]!; j < stop; j++) {
          const d = square(x[j]! - qx, y[j]! - qy, z[j]! - qz);
          if (d < best) {
            best = d;
            latest = j;
          }
        }
      }
      squared[queries.element[i]!] = best;
    }
  }
}

/**
 * Lists the target blocks that can contain the nearest element of any query in a block, with the squared
 * distance between the boxes: those no further away than `known` (any element of the targets) is from the
 * block's furthest corner.
 */
function findCandidates(
  queries: Blocks,
  block: number,
  targets: Blocks,
  known: number,
  candidates: Int32Array,
  near: Float64Array,
): number {
  const { box, superBox, superStart } = targets;
  const q = 6 * block;
  const [x0, x1, y0] = [queries.box[q]!, queries.box[q + 1]!, queries.box[q + 2]!];
  const [y1, z0, z1] = [queries.box[q + 3]!, queries.box[q + 4]!, queries.box[q + 5]!];
  const bound = square(
    Math.max(x1 - targets.x[known]!, targets.x[known]! - x0),
    Math.max(y1 - targets.y[known]!, targets.y[known]! - y0),
    Math.max(z1 - targets.z[known]!, targets.z[known]! - z0),
  );
  const distance = (boxes: Float64Array, at: number) =>
    square(
      gap(boxes[at]!, boxes[at + 1]!, x0, x1),
      gap(boxes[at + 2]!, boxes[at + 3]!, y0, y1),
      gap(boxes[at + 4]!, boxes[at + 5]!, z0, z1),
    );
  let count = 0;
  for (let s = 0; s < targets.superCount; s++) {
    if (distance(superBox, 6 * s) > bound) continue;
    const end = superStart[s + 1]!;
    for (let t = superStart[s]!; t < end; t++) {
      const d = distance(box, 6 * t);
      if (d > bound) continue;
      candidates[count] = t;
      near[count++] = d;
    }
  }
  return count;
}

function square(x: number, y: number, z: number): number {
  return x * x + y * y + z * z;
}

/** The distance between the intervals a … b and c … d; 0 if they overlap. */
function gap(a: number, b: number, c: number, d: number): number {
  if (a > d) return a - d;
  return c > b ? c - b : 0;
}
