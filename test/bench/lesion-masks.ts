import type { Triple } from '#runner/imaging/volume.ts';

/** Realistic lesion masks for benchmarks: blobs with a rough border on the ATLAS grid, from a seed. */

export const SHAPE: Triple = [197, 233, 189];
/** 1 mm, RAS, like MNI152NLin2009aSym. */
export const AFFINE = [1, 0, 0, -98, 0, 1, 0, -134, 0, 0, 1, -72, 0, 0, 0, 1];

export interface Blob {
  center: Triple;
  /** Approximate volume in voxels. */
  voxels: number;
  seed: number;
}

/** A small seeded generator of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Renders blobs to a mask with one byte per voxel. */
export function renderBlobs(blobs: readonly Blob[]): Uint8Array {
  const mask = new Uint8Array(SHAPE[0] * SHAPE[1] * SHAPE[2]);
  for (const blob of blobs) drawBlob(mask, blob);
  return mask;
}

/** A ball whose radius varies by ±25 % in waves with the direction, and by ±4 % from voxel to voxel. */
function drawBlob(mask: Uint8Array, { center, voxels, seed }: Blob): void {
  const random = seeded(seed);
  const radius = Math.cbrt((3 * voxels) / (4 * Math.PI));
  const waves = Array.from({ length: 5 }, () => [0, 0, 0, 0].map(() => (random() - 0.5) * 8));
  const reach = Math.ceil(radius * 1.4) + 1;
  const clamp = (value: number, axis: number) => Math.min(Math.max(value, 0), SHAPE[axis]! - 1);
  for (let z = clamp(center[2] - reach, 2); z <= clamp(center[2] + reach, 2); z++) {
    for (let y = clamp(center[1] - reach, 1); y <= clamp(center[1] + reach, 1); y++) {
      for (let x = clamp(center[0] - reach, 0); x <= clamp(center[0] + reach, 0); x++) {
        const [dx, dy, dz] = [x - center[0], y - center[1], z - center[2]];
        const distance = Math.hypot(dx, dy, dz);
        const scale = 1 / Math.max(distance, 1e-9);
        let edge = radius * (1 + 0.04 * (2 * random() - 1));
        for (const [a, b, c, phase] of waves) {
          edge += 0.05 * radius * Math.sin((a! * dx + b! * dy + c! * dz) * scale + phase!);
        }
        if (distance <= edge) mask[x + SHAPE[0] * (y + SHAPE[1] * z)] = 1;
      }
    }
  }
}

/** Blobs at random positions in the brain's ellipsoid, with volumes evenly distributed on a log scale. */
export function scatteredBlobs(count: number, smallest: number, largest: number, seed: number): Blob[] {
  const random = seeded(seed);
  const blobs: Blob[] = [];
  while (blobs.length < count) {
    const center = SHAPE.map((size) => Math.floor(size * (0.15 + 0.7 * random()))) as unknown as Triple;
    const inside = center.reduce((sum, at, axis) => sum + ((at / SHAPE[axis]! - 0.5) / 0.37) ** 2, 0) <= 1;
    if (!inside) continue;
    const voxels = smallest * (largest / smallest) ** random();
    blobs.push({ center, voxels, seed: Math.floor(random() * 1e9) });
  }
  return blobs;
}

/** The same lesions as another rater would segment them: shifted by up to two voxels, larger or smaller. */
export function perturbed(blobs: readonly Blob[], seed: number): Blob[] {
  const random = seeded(seed);
  return blobs.map(({ center, voxels }) => ({
    center: center.map((at) => at + Math.round(4 * random() - 2)) as unknown as Triple,
    voxels: voxels * (0.75 + 0.5 * random()),
    seed: Math.floor(random() * 1e9),
  }));
}
