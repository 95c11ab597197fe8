import { invertAffine, multiplyAffines } from '#runner/imaging/affine.ts';
import { type Brain, positionOf } from './brain.ts';
import { blur } from './filters.ts';
import { downsample, perAxis, type Scan, sample, type Triple } from './volume.ts';

/** The plane n·x = offset in RAS mm, |n| = 1, that mirrors one half of the brain onto the other. */
export interface Midplane {
  normal: Triple;
  offset: number;
  /** Mean absolute difference between the brain and its mirror image; white matter is about 1. */
  difference: number;
}

/**
 * Tilt of the plane's normal forwards and upwards, and the plane's distance from the center of mass in mm.
 */
type Pose = readonly [forwards: number, upwards: number, shiftMm: number];

/** ±0.3 corresponds to a head turned or tilted by 17°. */
const COARSE_TILTS = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3];
const COARSE_SHIFTS_MM = [-8, -4, 0, 4, 8];
const FIRST_STEP: Pose = [0.05, 0.05, 2];
const LAST_STEP_SHARE = 1 / 32;
/** Larger differences are clipped to this value, so that a lesion does not shift the plane. */
const CLIP = 0.3;

/**
 * Finds the mid-sagittal plane: the plane about which the brain is most symmetric. A coarse search over tilts
 * and shifts around the center of mass is followed by a search along each of the three with halving steps
 * until nothing improves.
 */
export function findMidplane(brain: Brain): Midplane {
  const smooth = blur(brain.values, brain.shape, [1, 1, 1]);
  const coarse = downsample({ ...brain, values: smooth }, 2);
  const voxels = Int32Array.from(coarse.values.keys()).filter((voxel) => coarse.values[voxel]! > 0.1);
  const center = centerOfMass(coarse, voxels);
  let best: Pose = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  const improvesTo = (pose: Pose) => {
    const difference = mirrorDifference(coarse, voxels, planeThrough(center, pose));
    if (difference >= least) return false;
    best = pose;
    least = difference;
    return true;
  };
  for (const forwards of COARSE_TILTS) {
    for (const upwards of COARSE_TILTS) {
      for (const shift of COARSE_SHIFTS_MM) improvesTo([forwards, upwards, shift]);
    }
  }
  for (let share = 1; share >= LAST_STEP_SHARE; ) {
    const from = best;
    const steps = FIRST_STEP.flatMap((step, axis) => [
      from.with(axis, from[axis]! + step * share),
      from.with(axis, from[axis]! - step * share),
    ]);
    if (!steps.map((pose) => improvesTo(pose as unknown as Pose)).includes(true)) share /= 2;
  }
  return { ...planeThrough(center, best), difference: least };
}

/** Voxel index → index of its mirror image, as an affine: to the world, reflected, and back. */
export function mirrorAffine(
  affine: readonly number[],
  { normal, offset }: Pick<Midplane, 'normal' | 'offset'>,
): number[] {
  const reflection = [0, 1, 2].flatMap((row) => [
    ...[0, 1, 2].map((column) => (row === column ? 1 : 0) - 2 * normal[row]! * normal[column]!),
    2 * offset * normal[row]!,
  ]);
  const inverse = invertAffine(affine);
  if (inverse === null) throw new Error('The affine of the scan is not invertible.');
  return multiplyAffines(inverse, multiplyAffines([...reflection, 0, 0, 0, 1], affine));
}

/** The value at the mirror image of each voxel; 0 where `mask` is 0 or the image is outside the grid. */
export function mirrored(
  values: Float32Array,
  shape: Triple,
  mask: Uint8Array,
  mirror: readonly number[],
): Float32Array {
  const [width, height, depth] = shape;
  const reflected = new Float32Array(values.length);
  for (let z = 0, voxel = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, voxel++) {
        if (mask[voxel] === 0) continue;
        reflected[voxel] = sample(
          values,
          shape,
          mirror[0]! * x + mirror[1]! * y + mirror[2]! * z + mirror[3]!,
          mirror[4]! * x + mirror[5]! * y + mirror[6]! * z + mirror[7]!,
          mirror[8]! * x + mirror[9]! * y + mirror[10]! * z + mirror[11]!,
        );
      }
    }
  }
  return reflected;
}

function planeThrough(center: Triple, [forwards, upwards, shiftMm]: Pose): Omit<Midplane, 'difference'> {
  const length = Math.hypot(1, forwards, upwards);
  const normal: Triple = [1 / length, forwards / length, upwards / length];
  const offset = normal[0] * center[0] + normal[1] * center[1] + normal[2] * center[2] + shiftMm;
  return { normal, offset };
}

/** The center of mass of the voxels, with equal weights, in RAS mm. */
function centerOfMass({ shape, affine }: Scan, voxels: Int32Array): Triple {
  const sums = [0, 0, 0];
  for (const voxel of voxels) {
    positionOf(voxel, shape).forEach((index, axis) => {
      sums[axis]! += index / voxels.length;
    });
  }
  return perAxis((axis) => {
    const row = 4 * axis;
    return (
      affine[row]! * sums[0]! + affine[row + 1]! * sums[1]! + affine[row + 2]! * sums[2]! + affine[row + 3]!
    );
  });
}

function mirrorDifference(
  { shape, affine, values }: Scan,
  voxels: Int32Array,
  plane: Pick<Midplane, 'normal' | 'offset'>,
): number {
  const mirror = mirrorAffine(affine, plane);
  let sum = 0;
  for (const voxel of voxels) {
    const [x, y, z] = positionOf(voxel, shape);
    const across = sample(
      values,
      shape,
      mirror[0]! * x + mirror[1]! * y + mirror[2]! * z + mirror[3]!,
      mirror[4]! * x + mirror[5]! * y + mirror[6]! * z + mirror[7]!,
      mirror[8]! * x + mirror[9]! * y + mirror[10]! * z + mirror[11]!,
    );
    sum += Math.min(CLIP, Math.abs(values[voxel]! - across));
  }
  return sum / voxels.length;
}
