import { type Box, ORIGIN_MM, ROW_STRIDE, SHAPE, SLICE_STRIDE, VOXEL_COUNT } from './grid.ts';
import { NoiseField } from './noise-field.ts';
import type { LesionPlan } from './plan.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { RandomStream } from './random.ts';
import { CSF_BIT, RIGHT_BIT, TERRITORY_BITS, VENTRICLE_BIT } from './template.ts';
import { territoryCode } from './territories.ts';

/** How much harder it is to grow out of the territory, or through the CSF of a sulcus. */
const FOREIGN_COST = 4;
const CSF_COST = 1.8;
/** Voxels that stay free between two lesions, so that they remain two under any connectivity. */
const GAP = 2;
const SEED_TRIES = 40_000;

/** Lesions as they were painted: 0 outside, else 1 + the lesion's place in the plan. */
export interface LesionMap {
  lesionOf: Uint8Array;
  /** Per lesion of the plan: its voxels. Empty where no place was left. */
  voxels: Int32Array[];
}

/**
 * Grows every lesion of a plan inside the brain of one case: from a seed in its territory and hemisphere,
 * by distance times noise, never through a ventricle or over the midline. Each is one 6-connected piece of
 * exactly its planned size unless its hemisphere is full.
 */
export function growLesions(
  labels: Uint8Array,
  lesions: readonly LesionPlan[],
  random: RandomStream,
): LesionMap {
  const lesionOf = new Uint8Array(VOXEL_COUNT);
  const blocked = new Uint8Array(VOXEL_COUNT);
  const arrival = new Float32Array(VOXEL_COUNT);
  const voxels = lesions.map((lesion, index) => {
    const grown = growLesion({ labels, blocked, arrival, lesion, random });
    for (const voxel of grown) lesionOf[voxel] = index + 1;
    block(grown, blocked);
    return grown;
  });
  return { lesionOf, voxels };
}

interface Growth {
  labels: Uint8Array;
  blocked: Uint8Array;
  /** Scratch, all zero between two growths: cost of the cheapest way from the seed, plus 1. */
  arrival: Float32Array;
  lesion: LesionPlan;
  random: RandomStream;
}

/** Tries other seeds where an early lesion left too small a pocket. */
function growLesion(growth: Growth): Int32Array {
  let best: Int32Array = new Int32Array();
  for (let attempt = 0; attempt < 6 && best.length < growth.lesion.voxels; attempt++) {
    const seed = findSeed(growth);
    if (seed < 0) continue;
    const reached = spread(growth, seed, Math.ceil(growth.lesion.voxels * 1.3) + 30);
    const settled = settle(growth.arrival, reached, seed, growth.lesion.voxels);
    for (const voxel of reached) growth.arrival[voxel] = 0;
    if (settled.length > best.length) best = settled;
  }
  return best;
}

function findSeed({ labels, blocked, lesion, random }: Growth): number {
  const code = territoryCode(lesion.territory);
  // A large MCA infarct starts around the insula: an M1 or M2 branch is shut.
  const proximal = lesion.territory === 'MCA' && lesion.voxels > 20_000;
  for (let attempt = 0; attempt < SEED_TRIES; attempt++) {
    const i = random.below(SHAPE[0]);
    const j = random.below(SHAPE[1]);
    const k = random.below(SHAPE[2]);
    const voxel = i + ROW_STRIDE * j + SLICE_STRIDE * k;
    const label = labels[voxel]!;
    if (label === 0 || blocked[voxel] === 1 || !onSide(label, lesion)) continue;
    // In the second half of the tries any tissue of the hemisphere is good enough.
    if ((label & TERRITORY_BITS) !== code && attempt < SEED_TRIES / 2) continue;
    if (label & (CSF_BIT | VENTRICLE_BIT)) continue;
    const [x, y, z] = [Math.abs(i + ORIGIN_MM[0]), j + ORIGIN_MM[1], k + ORIGIN_MM[2]];
    if (proximal && Math.hypot(x - 40, y + 8, z - 14) > 22 && attempt < SEED_TRIES / 2) continue;
    return voxel;
  }
  return -1;
}

function onSide(label: number, lesion: LesionPlan): boolean {
  return ((label & RIGHT_BIT) !== 0) === (lesion.side === 'right');
}

/** Dijkstra over 26 neighbours up to `limit` voxels, in order of arrival; fills `arrival`. */
function spread(
  { labels, blocked, arrival, lesion, random }: Growth,
  seed: number,
  limit: number,
): Int32Array {
  const radius = Math.cbrt((3 * lesion.voxels) / (4 * Math.PI));
  const coarse = new NoiseField(random, Math.max(5, radius * 0.9));
  const fine = new NoiseField(random, Math.max(3, radius * 0.35));
  const steps = neighbourSteps(lesion.elongation, random);
  const code = territoryCode(lesion.territory);
  const right = lesion.side === 'right' ? RIGHT_BIT : 0;
  const done = new Int32Array(limit);
  const queue = new PriorityQueue(limit);
  const slowness = (voxel: number): number => {
    const label = labels[voxel]!;
    if (label === 0 || label & VENTRICLE_BIT || blocked[voxel] === 1 || (label & RIGHT_BIT) !== right)
      return 0;
    const i = voxel % SHAPE[0];
    const j = Math.floor(voxel / ROW_STRIDE) % SHAPE[1];
    const k = Math.floor(voxel / SLICE_STRIDE);
    const noise = Math.exp(0.45 * coarse.at(i, j, k) + 0.3 * fine.at(i, j, k));
    return noise * ((label & TERRITORY_BITS) === code ? 1 : FOREIGN_COST) * (label & CSF_BIT ? CSF_COST : 1);
  };
  // Arrival is negative while a voxel waits in the queue, positive once it is settled.
  arrival[seed] = -1;
  queue.push(seed, 1);
  let count = 0;
  const waiting: number[] = [];
  while (count < limit && queue.size > 0) {
    const cost = queue.minKey();
    const voxel = queue.pop();
    if (arrival[voxel]! > 0) continue;
    arrival[voxel] = cost;
    done[count++] = voxel;
    const here = slowness(voxel);
    for (const { offset, length } of steps) {
      const next = voxel + offset;
      const known = arrival[next]!;
      if (known > 0 || labels[next] === 0 || labels[next] === undefined) continue;
      const label = labels[next]!;
      if (label & VENTRICLE_BIT || blocked[next] === 1 || (label & RIGHT_BIT) !== right) continue;
      const reachedAt = cost + length * here;
      if (known < 0 && -known <= reachedAt) continue;
      if (known === 0) waiting.push(next);
      arrival[next] = -Math.fround(reachedAt);
      queue.push(next, reachedAt);
    }
  }
  for (const voxel of waiting) if (arrival[voxel]! < 0) arrival[voxel] = 0;
  return done.subarray(0, count);
}

/** Steps to the 26 neighbours; shorter along one random direction, so that the lesion is longer there. */
function neighbourSteps(elongation: number, random: RandomStream): { offset: number; length: number }[] {
  const direction = [random.normal(), random.normal(), random.normal()];
  const norm = Math.hypot(...direction);
  const saved = 1 - 1 / elongation ** 2;
  const steps: { offset: number; length: number }[] = [];
  for (let k = -1; k <= 1; k++) {
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        if (i === 0 && j === 0 && k === 0) continue;
        const along = (i * direction[0]! + j * direction[1]! + k * direction[2]!) / norm;
        const length = Math.sqrt(i * i + j * j + k * k - saved * along * along);
        steps.push({ offset: i + ROW_STRIDE * j + SLICE_STRIDE * k, length });
      }
    }
  }
  return steps;
}

const FACES = [1, -1, ROW_STRIDE, -ROW_STRIDE, SLICE_STRIDE, -SLICE_STRIDE] as const;

/**
 * Of what was reached, the `target` voxels with the lowest arrival after smoothing over 3×3×3, taken along
 * faces from the seed: a calm edge, one 6-connected piece, the exact size.
 */
function settle(arrival: Float32Array, reached: Int32Array, seed: number, target: number): Int32Array {
  const last = reached.length > 0 ? arrival[reached[reached.length - 1]!]! : 0;
  const smoothed = (voxel: number): number => {
    let sum = 0;
    for (let k = -SLICE_STRIDE; k <= SLICE_STRIDE; k += SLICE_STRIDE) {
      for (let j = -ROW_STRIDE; j <= ROW_STRIDE; j += ROW_STRIDE) {
        for (let i = -1; i <= 1; i++) {
          const value = arrival[voxel + k + j + i]!;
          sum += value > 0 ? value : last * 1.1;
        }
      }
    }
    return sum / 27;
  };
  const taken = new Int32Array(Math.min(target, reached.length));
  const queue = new PriorityQueue(taken.length + 16);
  const queued = new Set<number>([seed]);
  queue.push(seed, 0);
  let count = 0;
  while (count < taken.length && queue.size > 0) {
    const voxel = queue.pop();
    taken[count++] = voxel;
    for (const offset of FACES) {
      const next = voxel + offset;
      if (!(arrival[next]! > 0) || queued.has(next)) continue;
      queued.add(next);
      queue.push(next, smoothed(next));
    }
  }
  return taken.slice(0, count);
}

/** Keeps later lesions at a distance. */
function block(voxels: Int32Array, blocked: Uint8Array): void {
  for (const voxel of voxels) {
    for (let k = -GAP; k <= GAP; k++) {
      for (let j = -GAP; j <= GAP; j++) {
        const row = voxel + k * SLICE_STRIDE + j * ROW_STRIDE;
        if (row - GAP >= 0 && row + GAP < VOXEL_COUNT) blocked.fill(1, row - GAP, row + GAP + 1);
      }
    }
  }
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
