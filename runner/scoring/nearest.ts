import type { Triple } from '#runner/imaging/volume.ts';
import type { Surface } from './surface.ts';

/**
 * Exact Euclidean distances from the elements of one surface to the nearest of another. A distance transform
 * would visit every voxel of the box around both; here only elements are visited:
 *
 *   1. near ones by looking around in the order of distance, on a byte map of the other surface;
 *   2. far ones block by block: blocks of 8 × 8 × 8 corners that can't hold the nearest are left out by the
 *      distances of their boxes.
 */

/** About how many places around an element are looked at before the search goes on by blocks. */
const NEAR_PLACES = 250;
const MAX_REACH = 16;
const BLOCK_SHIFT = 3;

/** Squared distances in mm² from each element of `from` to the nearest of `to`, which must not be empty. */
export function squaredDistances(from: Surface, to: Surface, spacing: Triple): Float64Array {
  const squared = new Float64Array(from.length).fill(-1);
  const left = searchNear(from, to, spacing, squared);
  if (left.length > 0) searchBlocks(from, left, to, spacing, squared);
  return squared;
}

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

/** All places within the radius that holds about NEAR_PLACES of them, nearest first. */
function placesAround(spacing: Triple): Places {
  const key = spacing.join(' ');
  if (latestPlaces?.key !== key) latestPlaces = { key, places: makePlaces(spacing) };
  return latestPlaces.places;
}

function makePlaces(spacing: Triple): Places {
  const voxel = spacing[0] * spacing[1] * spacing[2];
  const radius = Math.min(
    Math.cbrt((NEAR_PLACES * voxel * 3) / (4 * Math.PI)),
    // No place beyond the reach along any axis may be nearer than one that is listed.
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

/** Fill in the distances of elements with a neighbour nearby; give the indices of the others. */
function searchNear(from: Surface, to: Surface, spacing: Triple, squared: Float64Array): Int32Array {
  const places = placesAround(spacing);
  const box = boxOf(to.x, to.y, to.z, 0, to.length);
  // Elements within reach of the box may look `reach` further, so the map is two reaches wider than the box.
  const pad = places.reach;
  const [x0, y0, z0] = [box[0] - 2 * pad[0], box[2] - 2 * pad[1], box[4] - 2 * pad[2]];
  const width = box[1] - box[0] + 1 + 4 * pad[0];
  const slice = width * (box[3] - box[2] + 1 + 4 * pad[1]);
  const map = new Uint8Array(slice * (box[5] - box[4] + 1 + 4 * pad[2]));
  for (let i = 0; i < to.length; i++)
    map[(to.z[i]! - z0) * slice + (to.y[i]! - y0) * width + to.x[i]! - x0] = 1;
  const count = places.squared.length;
  const steps = places.dx.map((dx, i) => places.dz[i]! * slice + places.dy[i]! * width + dx);
  const left = new Int32Array(from.length);
  let leftCount = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from.x[i]!;
    const y = from.y[i]!;
    const z = from.z[i]!;
    let place = count;
    if (
      x >= box[0] - pad[0] &&
      x <= box[1] + pad[0] &&
      y >= box[2] - pad[1] &&
      y <= box[3] + pad[1] &&
      z >= box[4] - pad[2] &&
      z <= box[5] + pad[2]
    ) {
      const at = (z - z0) * slice + (y - y0) * width + x - x0;
      place = 0;
      while (place < count && map[at + steps[place]!] === 0) place++;
    }
    if (place < count) squared[i] = places.squared[place]!;
    else left[leftCount++] = i;
  }
  return left.subarray(0, leftCount);
}

/** x0, x1, y0, y1, z0, z1, inclusive. */
type Box = [number, number, number, number, number, number];

function boxOf(x: Int32Array, y: Int32Array, z: Int32Array, begin: number, end: number): Box {
  const box: Box = [x[begin]!, x[begin]!, y[begin]!, y[begin]!, z[begin]!, z[begin]!];
  for (let i = begin + 1; i < end; i++) {
    box[0] = Math.min(box[0], x[i]!);
    box[1] = Math.max(box[1], x[i]!);
    box[2] = Math.min(box[2], y[i]!);
    box[3] = Math.max(box[3], y[i]!);
    box[4] = Math.min(box[4], z[i]!);
    box[5] = Math.max(box[5], z[i]!);
  }
  return box;
}

/** Elements grouped by block: coordinates in mm, so that distances need no scaling. */
interface Blocks {
  count: number;
  /** Elements of block b are start[b] … start[b + 1] − 1. */
  start: Int32Array;
  /** Index of each element in the surface. */
  element: Int32Array;
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  /** Tight boxes in mm: x0, x1, y0, y1, z0, z1 of each block. */
  box: Float64Array;
}

function searchBlocks(
  from: Surface,
  left: Int32Array,
  to: Surface,
  spacing: Triple,
  squared: Float64Array,
): void {
  const queries = blocksOf(from, left, spacing);
  const targets = blocksOf(to, null, spacing);
  const near = new Float64Array(targets.count);
  for (let block = 0; block < queries.count; block++) {
    const candidates = candidateBlocks(queries, block, targets, near);
    let latest = targets.start[candidates[0]!]!;
    for (let i = queries.start[block]!; i < queries.start[block + 1]!; i++) {
      const x = queries.x[i]!;
      const y = queries.y[i]!;
      const z = queries.z[i]!;
      let best = square(targets.x[latest]! - x, targets.y[latest]! - y, targets.z[latest]! - z);
      for (const candidate of candidates) {
        if (near[candidate]! > best) break;
        if (distanceToBox(targets.box, candidate, x, y, z) >= best) continue;
        const end = targets.start[candidate + 1]!;
        for (let j = targets.start[candidate]!; j < end; j++) {
          const d = square(targets.x[j]! - x, targets.y[j]! - y, targets.z[j]! - z);
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

/** Blocks of `targets` that can hold the nearest element of any query in the block, nearest box first. */
function candidateBlocks(queries: Blocks, block: number, targets: Blocks, near: Float64Array): Int32Array {
  const [qx0, qx1, qy0, qy1, qz0, qz1] = queries.box.subarray(6 * block, 6 * block + 6) as unknown as Box;
  const { box } = targets;
  let bound = Number.POSITIVE_INFINITY;
  for (let t = 0, at = 0; t < targets.count; t++, at += 6) {
    const [x0, x1] = [box[at]!, box[at + 1]!];
    const [y0, y1] = [box[at + 2]!, box[at + 3]!];
    const [z0, z1] = [box[at + 4]!, box[at + 5]!];
    near[t] = square(
      Math.max(0, x0 - qx1, qx0 - x1),
      Math.max(0, y0 - qy1, qy0 - y1),
      Math.max(0, z0 - qz1, qz0 - z1),
    );
    bound = Math.min(
      bound,
      square(Math.max(x1 - qx0, qx1 - x0), Math.max(y1 - qy0, qy1 - y0), Math.max(z1 - qz0, qz1 - z0)),
    );
  }
  const candidates: number[] = [];
  for (let t = 0; t < targets.count; t++) if (near[t]! <= bound) candidates.push(t);
  return Int32Array.from(candidates.sort((a, b) => near[a]! - near[b]!));
}

function square(x: number, y: number, z: number): number {
  return x * x + y * y + z * z;
}

function distanceToBox(box: Float64Array, block: number, x: number, y: number, z: number): number {
  const at = 6 * block;
  return square(
    Math.max(0, box[at]! - x, x - box[at + 1]!),
    Math.max(0, box[at + 2]! - y, y - box[at + 3]!),
    Math.max(0, box[at + 4]! - z, z - box[at + 5]!),
  );
}

/** Group elements (all, or those listed) by block, by counting. */
function blocksOf(surface: Surface, listed: Int32Array | null, spacing: Triple): Blocks {
  const length = listed?.length ?? surface.length;
  const key = new Int32Array(length);
  const [wide, high, deep] = [surface.x, surface.y, surface.z].map(
    (values) => (values.reduce((most, value) => Math.max(most, value), 0) >> BLOCK_SHIFT) + 1,
  ) as [number, number, number];
  const ofCell = new Int32Array(wide * high * deep);
  for (let i = 0; i < length; i++) {
    const e = listed === null ? i : listed[i]!;
    key[i] =
      ((surface.z[e]! >> BLOCK_SHIFT) * high + (surface.y[e]! >> BLOCK_SHIFT)) * wide +
      (surface.x[e]! >> BLOCK_SHIFT);
    ofCell[key[i]!]! += 1;
  }
  const starts = [0];
  for (let cell = 0; cell < ofCell.length; cell++) {
    const elements = ofCell[cell]!;
    if (elements === 0) continue;
    ofCell[cell] = starts[starts.length - 1]!;
    starts.push(ofCell[cell]! + elements);
  }
  const blocks: Blocks = {
    count: starts.length - 1,
    start: Int32Array.from(starts),
    element: new Int32Array(length),
    x: new Float64Array(length),
    y: new Float64Array(length),
    z: new Float64Array(length),
    box: new Float64Array(6 * (starts.length - 1)),
  };
  for (let i = 0; i < length; i++) {
    const e = listed === null ? i : listed[i]!;
    const at = ofCell[key[i]!]!;
    ofCell[key[i]!] = at + 1;
    blocks.element[at] = e;
    blocks.x[at] = surface.x[e]! * spacing[0];
    blocks.y[at] = surface.y[e]! * spacing[1];
    blocks.z[at] = surface.z[e]! * spacing[2];
  }
  fillBoxes(blocks);
  return blocks;
}

function fillBoxes({ count, start, x, y, z, box }: Blocks): void {
  for (let block = 0; block < count; block++) {
    [x, y, z].forEach((values, axis) => {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let i = start[block]!; i < start[block + 1]!; i++) {
        low = Math.min(low, values[i]!);
        high = Math.max(high, values[i]!);
      }
      box[6 * block + 2 * axis] = low;
      box[6 * block + 2 * axis + 1] = high;
    });
  }
}
