import type { Scan, Triple } from '#examples/algorithms/volumes/volume.ts';

export interface PhantomOptions {
  /** The head is turned to the left by this angle. */
  turnDegrees?: number;
  /** Center (in mm from the middle of the brain, in its own axes) and radius of each dark ball. */
  lesions?: { center: Triple; radiusMm: number }[];
  /** The first axis is stored towards the left instead of the right. */
  flipped?: boolean;
  gain?: number;
}

/**
 * A symmetric ellipsoid of white matter, a gray matter shell and two ventricles on a 2 mm grid, and its
 * lesions.
 */
export function phantom(options: PhantomOptions = {}): { scan: Scan; truth: Uint8Array } {
  const { turnDegrees = 0, lesions = [], flipped = false, gain = 700 } = options;
  const shape: Triple = [90, 104, 80];
  const spacing: Triple = [2, 2, 2];
  const side = flipped ? -1 : 1;
  const corner = shape.map((size) => 1 - size) as unknown as Triple;
  const affine = [2 * side, 0, 0, corner[0] * side, 0, 2, 0, corner[1], 0, 0, 2, corner[2], 0, 0, 0, 1];
  const values = new Float32Array(shape[0] * shape[1] * shape[2]);
  const truth = new Uint8Array(values.length);
  const angle = (turnDegrees * Math.PI) / 180;
  for (let k = 0, voxel = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++, voxel++) {
        const [x, y, z] = [(2 * i + corner[0]) * side, 2 * j + corner[1], 2 * k + corner[2]];
        const across = Math.cos(angle) * x + Math.sin(angle) * y;
        const along = Math.cos(angle) * y - Math.sin(angle) * x;
        const signal = anatomy(across, along, z);
        if (signal === 0) continue;
        const inLesion = lesions.some(
          ({ center, radiusMm }) =>
            Math.hypot(across - center[0], along - center[1], z - center[2]) < radiusMm,
        );
        if (inLesion) truth[voxel] = 1;
        // Fixed noise of ±3 %, so that the phantom is always the same.
        const noise = 1 + 0.06 * (((voxel * 2654435761) % 4096) / 4096 - 0.5);
        values[voxel] = gain * noise * (inLesion ? 0.25 : signal);
      }
    }
  }
  return { scan: { shape, spacing, affine, values }, truth };
}

/** White matter 1, gray matter 0.7, CSF 0.25, outside 0. */
function anatomy(x: number, y: number, z: number): number {
  const radius = Math.hypot(x / 62, y / 80, z / 58);
  if (radius > 1) return 0;
  // The front is narrower, so that left and right differ from front and back.
  if (Math.abs(x) > 62 * (1 - 0.3 * Math.max(0, y / 80))) return 0;
  const ventricle = Math.hypot((Math.abs(x) - 9) / 6, (y + 5) / 24, (z - 4) / 10);
  if (ventricle < 1) return 0.25;
  return radius > 0.9 ? 0.7 : 1;
}

export function dice(prediction: Uint8Array, truth: Uint8Array): number {
  let both = 0;
  let sum = 0;
  for (let voxel = 0; voxel < truth.length; voxel++) {
    both += prediction[voxel]! & truth[voxel]!;
    sum += prediction[voxel]! + truth[voxel]!;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
