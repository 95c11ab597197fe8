import type { Anatomy } from '#examples/synthetic/anatomy/anatomy.ts';
import { ORIGIN_MM, ROW_STRIDE, SHAPE, SLICE_STRIDE, VOXEL_COUNT } from '#examples/synthetic/anatomy/grid.ts';
import {
  CSF_BIT,
  CSF_SIGNAL,
  VENTRICLE_BIT,
  WHITE_MATTER_BIT,
} from '#examples/synthetic/anatomy/template.ts';
import { NoiseField } from '#examples/synthetic/numeric/noise-field.ts';
import type { RandomStream } from '#examples/synthetic/numeric/random.ts';

/** Structures that look like lesions but aren't; their extent is recorded for studies of false positives. */
export interface Distractors {
  /** Voxels of white matter darkened by more than a tenth. */
  darkenedVoxels: number;
  perivascularSpaces: number;
}

/**
 * Darkens white matter around the ventricles and adds perivascular spaces, outside the lesions.
 *
 * @param damaged gets 1 where white matter is darkened by more than a tenth.
 */
export function paintDistractors(
  anatomy: Anatomy,
  lesionOf: Uint8Array,
  random: RandomStream,
  damaged: Uint8Array,
): Distractors {
  const severity = Math.max(0, random.between(-0.6, 1)); // three in eight have none
  const darkenedVoxels = severity > 0 ? darkenWhiteMatter(anatomy, lesionOf, severity, random, damaged) : 0;
  const perivascularSpaces = Math.floor(30 * random.uniform() ** 2);
  for (let n = 0; n < perivascularSpaces; n++) borePerivascularSpace(anatomy, lesionOf, random);
  return { darkenedVoxels, perivascularSpaces };
}

/** Small vessel disease: caps and bands at the ventricles that break up into patches further out. */
function darkenWhiteMatter(
  { signal, labels, ventricleDistance }: Anatomy,
  lesionOf: Uint8Array,
  severity: number,
  random: RandomStream,
  damaged: Uint8Array,
): number {
  const patches = new NoiseField(random, 9);
  const near = Float32Array.from({ length: 256 }, (_, mm) => 2.2 * Math.exp(-mm / 6) - mm / 40);
  let count = 0;
  for (let voxel = 0; voxel < VOXEL_COUNT; voxel++) {
    const label = labels[voxel]!;
    if ((label & WHITE_MATTER_BIT) === 0 || lesionOf[voxel] !== 0) continue;
    const closeness = near[ventricleDistance[voxel]!]!;
    if (closeness < -1.2) continue;
    const i = voxel % SHAPE[0];
    const j = Math.floor(voxel / ROW_STRIDE) % SHAPE[1];
    const k = Math.floor(voxel / SLICE_STRIDE);
    const excess = patches.at(i, j, k) + closeness - 2.4 + severity;
    if (excess <= 0) continue;
    const darkening = 0.28 * Math.min(1, excess / 0.8);
    signal[voxel]! *= 1 - darkening;
    if (darkening <= 0.1) continue;
    damaged[voxel] = 1;
    count++;
  }
  return count;
}

/** A tube of CSF, less than 2 mm thick and 2 to 7 mm long, in the basal ganglia or the white matter above. */
function borePerivascularSpace(
  { signal, labels }: Anatomy,
  lesionOf: Uint8Array,
  random: RandomStream,
): void {
  for (let attempt = 0; attempt < 200; attempt++) {
    const above = random.chance(0.5);
    const start = [
      (random.chance(0.5) ? 1 : -1) * random.between(above ? 12 : 15, above ? 38 : 28),
      above ? random.between(-45, 35) : random.between(-10, 18),
      above ? random.between(28, 52) : random.between(-10, 4),
    ].map((mm, axis) => mm - ORIGIN_MM[axis]!) as [number, number, number];
    const label = labels[voxelAt(start)]!;
    if (label === 0 || label & (CSF_BIT | VENTRICLE_BIT) || lesionOf[voxelAt(start)] !== 0) continue;
    const direction = [random.normal() * 0.5, random.normal() * 0.3, 1];
    const norm = Math.hypot(...direction);
    const steps = Math.round(random.between(2, 7) * 2);
    const depth = random.between(0.25, 0.6);
    for (let step = 0; step < steps; step++) {
      const point = start.map((value, axis) => value + (direction[axis]! / norm) * step * 0.5) as [
        number,
        number,
        number,
      ];
      darkenAround(signal, labels, lesionOf, point, depth);
    }
    return;
  }
}

function darkenAround(
  signal: Float32Array,
  labels: Uint8Array,
  lesionOf: Uint8Array,
  point: readonly [number, number, number],
  depth: number,
): void {
  const base = point.map(Math.floor);
  for (let corner = 0; corner < 8; corner++) {
    const position = base.map((value, axis) => value + ((corner >> axis) & 1)) as [number, number, number];
    const voxel = voxelAt(position);
    if (labels[voxel] === 0 || lesionOf[voxel] !== 0) continue;
    const distance = Math.hypot(...position.map((value, axis) => value - point[axis]!));
    const share = depth * Math.max(0, 1 - distance) * 0.7;
    signal[voxel]! += share * (CSF_SIGNAL - signal[voxel]!);
  }
}

function voxelAt([i, j, k]: readonly [number, number, number]): number {
  return Math.round(i) + ROW_STRIDE * Math.round(j) + SLICE_STRIDE * Math.round(k);
}
