import { ROW_STRIDE, SHAPE, SLICE_STRIDE } from '#examples/synthetic/anatomy/grid.ts';
import {
  CSF_BIT,
  RIGHT_BIT,
  TERRITORY_BITS,
  VENTRICLE_BIT,
  WHITE_MATTER_BIT,
} from '#examples/synthetic/anatomy/template.ts';
import { NoiseField } from '#examples/synthetic/numeric/noise-field.ts';
import { PriorityQueue } from '#examples/synthetic/numeric/priority-queue.ts';
import type { RandomStream } from '#examples/synthetic/numeric/random.ts';
import type { LesionPlan } from '#examples/synthetic/plan.ts';
import { territoryCode } from './territories.ts';

/** Cost factors for growing out of the territory or across a sulcus, because infarcts follow gyri. */
const FOREIGN_COST = 3;
const CSF_COST = 3;
const HINDBRAIN = territoryCode('vertebrobasilar');

export interface Growth {
  labels: Uint8Array;
  /** 1 where no lesion may grow any more. */
  blocked: Uint8Array;
  /** Scratch space, all zero between two growths: 1 + the cost of the cheapest path from the seed. */
  arrival: Float32Array;
  /** Scratch space, all zero between two growths. */
  mark: Uint8Array;
  lesion: LesionPlan;
  random: RandomStream;
}

/**
 * Dijkstra's algorithm over 26 neighbors from a seed, up to `limit` voxels in order of arrival; fills
 * `arrival`. Does not cross a ventricle, the midline or the tentorium.
 */
export function spread(growth: Growth, seed: number, limit: number): Int32Array {
  const { arrival, lesion, random } = growth;
  const isOpen = barriers(growth, growth.labels[seed]!);
  const slowness = slownessField(growth);
  const steps = neighborSteps(lesion.elongation, random);
  const done = new Int32Array(limit);
  const queue = new PriorityQueue(limit);
  const touched = [seed];
  let count = 0;
  // Arrival is negative while a voxel is in the queue, positive once it is settled.
  arrival[seed] = -1;
  queue.push(seed, 1);
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
      if (known > 0 || (known === 0 && !isOpen(next))) continue;
      const reachedAt = Math.fround(cost + length * here);
      if (known < 0 && -known <= reachedAt) continue;
      if (known === 0) touched.push(next);
      arrival[next] = -reachedAt;
      queue.push(next, reachedAt);
    }
  }
  for (const voxel of touched) if (arrival[voxel]! < 0) arrival[voxel] = 0;
  return done.subarray(0, count);
}

/** Restricts growth from a seed with this label to the same hemisphere and the same side of the tentorium. */
function barriers({ labels, blocked }: Growth, seedLabel: number): (voxel: number) => boolean {
  const right = seedLabel & RIGHT_BIT;
  const hindbrain = (seedLabel & TERRITORY_BITS) === HINDBRAIN;
  return (voxel) => {
    const label = labels[voxel]!;
    return (
      label !== 0 &&
      (label & (RIGHT_BIT | VENTRICLE_BIT)) === right &&
      ((label & TERRITORY_BITS) === HINDBRAIN) === hindbrain &&
      blocked[voxel] === 0
    );
  };
}

function slownessField({ labels, lesion, random }: Growth): (voxel: number) => number {
  const radius = Math.cbrt((3 * lesion.voxels) / (4 * Math.PI));
  const coarse = new NoiseField(random, Math.max(5, radius * 0.9));
  const fine = new NoiseField(random, Math.max(3, radius * 0.4));
  const ripple = new NoiseField(random, 5);
  const rippleHeight = radius > 6 ? 0.3 : 0;
  const grayCost = Math.exp(-0.6 * lesion.corticalLeaning);
  const code = territoryCode(lesion.territory);
  return (voxel) => {
    const label = labels[voxel]!;
    const i = voxel % SHAPE[0];
    const j = Math.floor(voxel / ROW_STRIDE) % SHAPE[1];
    const k = Math.floor(voxel / SLICE_STRIDE);
    const ripples = rippleHeight && rippleHeight * ripple.at(i, j, k);
    const noise = Math.exp(0.65 * coarse.at(i, j, k) + 0.5 * fine.at(i, j, k) + ripples);
    const tissue = label & CSF_BIT ? CSF_COST : label & WHITE_MATTER_BIT ? 1 / grayCost : grayCost;
    return noise * tissue * ((label & TERRITORY_BITS) === code ? 1 : FOREIGN_COST);
  };
}

/**
 * Steps to the 26 neighbors; shorter along one random direction, so that the lesion is elongated that way.
 */
function neighborSteps(elongation: number, random: RandomStream): { offset: number; length: number }[] {
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
