import { ORIGIN_MM, ROW_STRIDE, SHAPE, SLICE_STRIDE, VOXEL_COUNT } from './grid.ts';
import { type Growth, spread } from './lesion-spread.ts';
import type { LesionPlan } from './plan.ts';
import { PriorityQueue } from './priority-queue.ts';
import type { RandomStream } from './random.ts';
import { CSF_BIT, RIGHT_BIT, TERRITORY_BITS, VENTRICLE_BIT } from './template.ts';
import { territoryCode } from './territories.ts';

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
    if (index < lesions.length - 1) block(grown, blocked);
    return grown;
  });
  return { lesionOf, voxels };
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
