import { ORIGIN_MM, ROW_STRIDE, SHAPE, SLICE_STRIDE, VOXEL_COUNT } from '#examples/synthetic/anatomy/grid.ts';
import { CSF_BIT, RIGHT_BIT, TERRITORY_BITS, VENTRICLE_BIT } from '#examples/synthetic/anatomy/template.ts';
import { PriorityQueue } from '#examples/synthetic/numeric/priority-queue.ts';
import type { RandomStream } from '#examples/synthetic/numeric/random.ts';
import type { LesionPlan } from '#examples/synthetic/plan.ts';
import { type Growth, spread } from './lesion-spread.ts';
import { territoryCode } from './territories.ts';

/** Free voxels between two lesions, so that they stay separate under any connectivity. */
const GAP = 2;
const MAX_SEED_TRIES = 40_000;
const FACES = [1, -1, ROW_STRIDE, -ROW_STRIDE, SLICE_STRIDE, -SLICE_STRIDE] as const;

/** The generated lesions: 0 outside, otherwise 1 + the lesion's index in the plan. */
export interface LesionMap {
  lesionOf: Uint8Array;
  /** The voxels of each lesion in the plan. Empty if there was no space left. */
  voxels: Int32Array[];
}

/**
 * Grows every lesion of a plan inside the brain of one case: from a seed in its territory and hemisphere, by
 * distance times noise, but not through a ventricle or across the midline. Each lesion is one 6-connected
 * piece of exactly its planned size, unless its hemisphere is full.
 */
export function growLesions(
  labels: Uint8Array,
  lesions: readonly LesionPlan[],
  random: RandomStream,
): LesionMap {
  const lesionOf = new Uint8Array(VOXEL_COUNT);
  const blocked = new Uint8Array(VOXEL_COUNT);
  const arrival = new Float32Array(VOXEL_COUNT);
  const mark = new Uint8Array(VOXEL_COUNT);
  const voxels = lesions.map((lesion, index) => {
    const grown = growLesion({ labels, blocked, arrival, mark, lesion, random });
    for (const voxel of grown) lesionOf[voxel] = index + 1;
    if (index < lesions.length - 1) block(grown, blocked);
    return grown;
  });
  return { lesionOf, voxels };
}

/** Tries other seeds if an earlier lesion left too little space. */
function growLesion(growth: Growth): Int32Array {
  const target = growth.lesion.voxels;
  let best: Int32Array = new Int32Array();
  for (let attempt = 0; attempt < 6 && best.length < target; attempt++) {
    const seed = findSeed(growth);
    if (seed < 0) continue;
    const reached = spread(growth, seed, Math.ceil(target * 1.3) + 30);
    const settled = fillPits(growth, settle(growth, reached, seed));
    for (const voxel of reached) growth.arrival[voxel] = 0;
    if (settled.length > best.length) best = settled;
  }
  return best;
}

/**
 * A voxel of living tissue to start from. Preferences are dropped one by one if no voxel satisfies all; −1 if
 * there is none.
 */
function findSeed({ labels, blocked, lesion, random }: Growth): number {
  const code = territoryCode(lesion.territory);
  for (let attempt = 0; attempt < MAX_SEED_TRIES; attempt++) {
    const i = random.below(SHAPE[0]);
    const j = random.below(SHAPE[1]);
    const k = random.below(SHAPE[2]);
    const voxel = i + ROW_STRIDE * j + SLICE_STRIDE * k;
    const label = labels[voxel]!;
    if (label === 0 || label & (CSF_BIT | VENTRICLE_BIT) || blocked[voxel] === 1) continue;
    if (((label & RIGHT_BIT) !== 0) !== (lesion.side === 'right')) continue;
    if (attempt < 0.9 * MAX_SEED_TRIES && (label & TERRITORY_BITS) !== code) continue;
    if (attempt < 0.6 * MAX_SEED_TRIES) {
      if (lesion.proximal && !nearInsula(i, j, k)) continue;
      if (!hasRoom(blocked, voxel, lesion)) continue;
    }
    return voxel;
  }
  return -1;
}

function nearInsula(i: number, j: number, k: number): boolean {
  const [x, y, z] = [Math.abs(i + ORIGIN_MM[0]), j + ORIGIN_MM[1], k + ORIGIN_MM[2]];
  return Math.hypot(x - 40, y + 8, z - 14) < 22;
}

/**
 * Whether a ball of the lesion's size would be clear of earlier lesions; otherwise the lesion would wrap
 * around them.
 */
function hasRoom(blocked: Uint8Array, voxel: number, lesion: LesionPlan): boolean {
  const reach = Math.ceil(1.2 * Math.cbrt((3 * lesion.voxels) / (4 * Math.PI)));
  for (const offset of FACES) {
    if (blocked[voxel + offset * reach] === 1 || blocked[voxel + offset * (reach >> 1)] === 1) return false;
  }
  return true;
}

/**
 * Selects the planned number of reached voxels with the lowest arrival after smoothing over 3×3×3, connected
 * through faces from the seed. This gives a smooth edge and one 6-connected piece, and so does every prefix
 * of the list.
 */
function settle({ arrival, lesion, mark }: Growth, reached: Int32Array, seed: number): Int32Array {
  const last = arrival[reached[reached.length - 1] ?? seed]!;
  const taken = new Int32Array(Math.min(lesion.voxels, reached.length));
  const queue = new PriorityQueue(taken.length + 16);
  mark[seed] = 1;
  queue.push(seed, 0);
  let count = 0;
  while (count < taken.length && queue.size > 0) {
    const voxel = queue.pop();
    taken[count++] = voxel;
    for (const offset of FACES) {
      const next = voxel + offset;
      if (mark[next] === 1 || !(arrival[next]! > 0)) continue;
      mark[next] = 1;
      queue.push(next, smoothedArrival(arrival, next, 1.1 * last));
    }
  }
  for (const voxel of reached) mark[voxel] = 0;
  return taken.subarray(0, count);
}

/** Mean over 3×3×3; voxels that were not reached count as `unreached`. */
function smoothedArrival(arrival: Float32Array, voxel: number, unreached: number): number {
  let sum = 0;
  for (let k = -SLICE_STRIDE; k <= SLICE_STRIDE; k += SLICE_STRIDE) {
    for (let j = -ROW_STRIDE; j <= ROW_STRIDE; j += ROW_STRIDE) {
      for (let i = -1; i <= 1; i++) {
        const value = arrival[voxel + k + j + i]!;
        sum += value > 0 ? value : unreached;
      }
    }
  }
  return sum / 27;
}

/**
 * Fills pits and pinholes in the lesion (five or six of the six faces inside it), which a manual segmentation
 * would include, and removes the voxels added last instead. The lesion keeps its size and stays one piece.
 */
function fillPits({ labels, blocked, mark }: Growth, settled: Int32Array): Int32Array {
  for (const voxel of settled) mark[voxel] = 1;
  const pits = new Set<number>();
  for (const voxel of settled) {
    for (const offset of FACES) {
      const pit = voxel + offset;
      if (mark[pit] === 1 || labels[pit] === 0 || blocked[pit] === 1) continue;
      if (FACES.reduce((sum, step) => sum + mark[pit + step]!, 0) >= 5) pits.add(pit);
    }
  }
  const kept = settled.slice(0, Math.max(1, settled.length - pits.size));
  for (const voxel of settled) mark[voxel] = 0;
  for (const voxel of kept) mark[voxel] = 1;
  const filled = [...pits]
    .filter((pit) => FACES.some((step) => mark[pit + step] === 1))
    .slice(0, settled.length - 1);
  for (const voxel of kept) mark[voxel] = 0;
  return Int32Array.from([...settled.subarray(0, settled.length - filled.length), ...filled]);
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
