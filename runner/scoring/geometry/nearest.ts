import type { Triple } from '#runner/imaging/volume.ts';
import { type Blocks, blocksOf } from './blocks.ts';
import { extentOf } from './int-list.ts';
import type { Surface } from './surface.ts';
import { sweep } from './sweep.ts';

/**
 * Exact Euclidean distances from the elements of one surface to the nearest of another:
 *
 *   1. near ones by looking around in the order of distance, on a byte map of the other surface;
 *   2. few far ones block by block: blocks of elements that can't hold the nearest are left out by the distance of
 *      their boxes. Real masks come to this, and a distance transform would visit far more than their elements;
 *   3. many far ones by a distance transform (sweep.ts), which costs about the same however many ask: masks of
 *      noise have millions of elements.
 */

/** About how many places around an element are looked at before the search goes on by blocks. */
const NEAR_PLACES = 123;
const MAX_REACH = 16;
/**
 * Where both take about as long, measured on lesions, on shells around them and on noise
 * (docs/decisions/0068-surface-distances.md).
 */
const MAX_BY_BLOCKS = 8192;

/**
 * Squared distances in mm² from each element of `from` to the nearest of `to`, which must not be empty. Both are
 * ordered by z, y, x.
 */
export function squaredDistances(from: Surface, to: Surface, spacing: Triple): Float64Array {
  const squared = new Float64Array(from.length);
  const left = searchNear(from, to, spacing, squared);
  if (left.length > MAX_BY_BLOCKS) sweep(from, left, to, spacing, squared);
  else if (left.length > 0) searchBlocks(blocksOf(from, left, spacing), blocksOf(to, null, spacing), squared);
  return squared;
}

/** Steps to the places around an element, nearest first. */
interface Places {
  dx: Int32Array;
  dy: Int32Array;
  dz: Int32Array;
  /** Ascending, in mm². */
  squared: Float64Array;
  /** Largest step along each axis. */
  reach: Triple;
}

let latestPlaces: { key: string; places: Places } | undefined;

function placesAround(spacing: Triple): Places {
  const key = spacing.join(' ');
  if (latestPlaces?.key !== key) latestPlaces = { key, places: makePlaces(spacing) };
  return latestPlaces.places;
}

/** All places within the radius that holds about NEAR_PLACES of them: none left out is nearer than one listed. */
function makePlaces(spacing: Triple): Places {
  const voxel = spacing[0] * spacing[1] * spacing[2];
  const radius = Math.min(
    Math.cbrt((NEAR_PLACES * voxel * 3) / (4 * Math.PI)),
    MAX_REACH * Math.min(...spacing),
  );
  const reach = spacing.map((step) => Math.floor(radius / step)) as [number, number, number];
  const places: [number, number, number, number][] = [];
  for (let dz = -reach[2]; dz <= reach[2]; dz++) {
    for (let dy = -reach[1]; dy <= reach[1]; dy++) {
      for (let dx = -reach[0]; dx <= reach[0]; dx++) {
        const squared = (dx * spacing[0]) ** 2 + (dy * spacing[1]) ** 2 + (dz * spacing[2]) ** 2;
        if (squared <= radius * radius) places.push([squared, dx, dy, dz]);
      }
    }
  }
  places.sort((a, b) => a[0] - b[0]);
  return {
    squared: Float64Array.from(places, (place) => place[0]),
    dx: Int32Array.from(places, (place) => place[1]),
    dy: Int32Array.from(places, (place) => place[2]),
    dz: Int32Array.from(places, (place) => place[3]),
    reach,
  };
}

/**
 * Kept between calls, all zero: clearing the elements that were set is cheaper than fresh memory for each case.
 * One thread scores one case at a time.
 */
let map = new Uint8Array(0);

/** Fill in the distances of elements with a neighbour nearby; give the indices of the others. */
function searchNear(from: Surface, to: Surface, spacing: Triple, squared: Float64Array): Int32Array {
  const places = placesAround(spacing);
  const [rx, ry, rz] = places.reach;
  const [x0, x1] = extentOf(to.x);
  const [y0, y1] = extentOf(to.y);
  const [z0, z1] = extentOf(to.z);
  // An element within reach of the box looks `reach` further still: the map is two reaches wider than the box.
  const width = x1 - x0 + 1 + 4 * rx;
  const slice = width * (y1 - y0 + 1 + 4 * ry);
  const size = slice * (z1 - z0 + 1 + 4 * rz);
  if (map.length < size) map = new Uint8Array(size);
  const indexOf = (x: number, y: number, z: number) =>
    (z - z0 + 2 * rz) * slice + (y - y0 + 2 * ry) * width + (x - x0 + 2 * rx);
  for (let i = 0; i < to.length; i++) map[indexOf(to.x[i]!, to.y[i]!, to.z[i]!)] = 1;
  const count = places.squared.length;
  const steps = places.dx.map((dx, i) => places.dz[i]! * slice + places.dy[i]! * width + dx);
  const left = new Int32Array(from.length);
  let leftCount = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from.x[i]!;
    const y = from.y[i]!;
    const z = from.z[i]!;
    let place = count;
    if (x >= x0 - rx && x <= x1 + rx && y >= y0 - ry && y <= y1 + ry && z >= z0 - rz && z <= z1 + rz) {
      const at = indexOf(x, y, z);
      place = 0;
      while (place < count && map[at + steps[place]!] === 0) place++;
    }
    if (place < count) squared[i] = places.squared[place]!;
    else left[leftCount++] = i;
  }
  for (let i = 0; i < to.length; i++) map[indexOf(to.x[i]!, to.y[i]!, to.z[i]!)] = 0;
  return left.subarray(0, leftCount);
}

/** Fill in the distances of all queries: neighbours in a block share the list of blocks to look into. */
function searchBlocks(queries: Blocks, targets: Blocks, squared: Float64Array): void {
  const candidates = new Int32Array(targets.count);
  const near = new Float64Array(targets.count);
  const { x, y, z, box, start } = targets;
  // The nearest element of the query before: next to the nearest of this one, so a bound that leaves out most.
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
 * List the target blocks that can hold the nearest element of any query in a block, with the squared distance of
 * the boxes: those no farther than `known` (any element of the targets) is from the block's farthest corner.
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

/** How far the intervals a … b and c … d are apart; 0 where they meet. */
function gap(a: number, b: number, c: number, d: number): number {
  if (a > d) return a - d;
  return c > b ? c - b : 0;
}
