import { largestComponent } from './components.ts';
import { blur } from './filters.ts';
import {
  crop,
  downsample,
  perAxis,
  quantile,
  type Scan,
  sample,
  shiftAffine,
  type Triple,
  voxelMl,
} from './volume.ts';

/**
 * The brain of a scan, cropped, on a coarser grid and with normalized signal: white matter is about 1, gray
 * matter about 0.7 and CSF about 0.25 everywhere in every scan; 0 outside the brain.
 */
export interface Brain extends Scan {
  mask: Uint8Array;
  volumeMl: number;
  /** Mean signal of each tissue, estimated from the scan itself. */
  tissue: Tissues;
  /** Number of scan voxels along one side of a coarse voxel. */
  factor: number;
  /** Position of voxel 0 on the coarser grid before cropping. */
  origin: Triple;
}

export interface Tissues {
  csf: number;
  gray: number;
  white: number;
}

/** Coarse enough to be fast and to average out noise, fine enough for a lesion of a tenth of a milliliter. */
const WORKING_SPACING_MM = 2;
const MARGIN_VOXELS = 3;
const BIAS_SIGMA_MM = 25;
const BIAS_ROUNDS = 3;
/** The bias is so smooth that a quarter of the resolution is enough. */
const BIAS_FACTOR = 4;

/**
 * Finds the brain in a skull-stripped scan and divides its signal by that of the white matter around each
 * voxel, which removes the scanner's gain and the coil's bias.
 *
 * @throws Error if the scan contains no brain.
 */
export function prepareBrain(scan: Scan): Brain {
  const factor = Math.max(1, Math.round(WORKING_SPACING_MM / Math.min(...scan.spacing)));
  const whole = downsample(scan, factor);
  const wholeMask = brainMask(whole);
  const { origin, shape } = boxAround(wholeMask, whole.shape);
  const mask = crop(wholeMask, whole.shape, origin, shape);
  const raw: Scan = {
    shape,
    spacing: whole.spacing,
    affine: shiftAffine(whole.affine, origin),
    values: crop(whole.values, whole.shape, origin, shape),
  };
  const values = withoutBias(raw, mask);
  const volumeMl = mask.reduce((sum, inside) => sum + inside, 0) * voxelMl(raw);
  return { ...raw, values, mask, volumeMl, tissue: tissueMeans(inside(values, mask)), factor, origin };
}

/**
 * The largest component above the background, with holes filled, because a cavity as dark as CSF belongs to
 * the brain.
 */
function brainMask(scan: Scan): Uint8Array {
  const { shape, spacing, values } = scan;
  const smooth = blur(
    values,
    shape,
    perAxis((axis) => 1.5 / spacing[axis]),
  );
  const bright = quantile(
    smooth.filter((_, voxel) => voxel % 8 === 0),
    0.98,
  );
  const threshold = Math.max(0.1 * bright, backgroundLimit(smooth, shape));
  const above = new Uint8Array(smooth.length);
  for (let voxel = 0; voxel < above.length; voxel++) above[voxel] = smooth[voxel]! > threshold ? 1 : 0;
  const outside = largestComponent(largestComponent(above, shape).map(invert), shape);
  const mask = outside.map(invert);
  if (!mask.includes(1) || bright <= 0)
    throw new Error('The scan is empty: nothing in it is brighter than its border.');
  return mask;
}

function invert(value: number): number {
  return 1 - value;
}

/** Above the noise around the head: mean plus five standard deviations of the outermost voxels. */
function backgroundLimit(values: Float32Array, [width, height, depth]: Triple): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let z = 0, voxel = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const inner = z > 0 && z < depth - 1 && y > 0 && y < height - 1;
      for (let x = 0; x < width; x++, voxel++) {
        if (inner && x > 0 && x < width - 1) continue;
        count += 1;
        sum += values[voxel]!;
        squares += values[voxel]! ** 2;
      }
    }
  }
  const mean = sum / count;
  return mean + 5 * Math.sqrt(Math.max(0, squares / count - mean ** 2));
}

function boxAround(mask: Uint8Array, shape: Triple): { origin: Triple; shape: Triple } {
  const low = [...shape] as [number, number, number];
  const high: [number, number, number] = [0, 0, 0];
  for (let voxel = mask.indexOf(1); voxel >= 0; voxel = mask.indexOf(1, voxel + 1)) {
    const position = positionOf(voxel, shape);
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], position[axis]);
      high[axis] = Math.max(high[axis], position[axis]);
    }
  }
  const origin = perAxis((axis) => Math.max(0, low[axis] - MARGIN_VOXELS));
  return {
    origin,
    shape: perAxis((axis) => Math.min(shape[axis] - 1, high[axis] + MARGIN_VOXELS) - origin[axis] + 1),
  };
}

export function positionOf(voxel: number, [width, height]: Triple): Triple {
  const row = Math.floor(voxel / width);
  return [voxel % width, row % height, Math.floor(row / height)];
}

/**
 * Removes the bias: finds white matter by its brightness, smooths its signal over the brain, and divides by
 * it.
 */
function withoutBias(scan: Scan, mask: Uint8Array): Float32Array {
  const gain = new Float32Array(mask.length).fill(quantile(inside(scan.values, mask), 0.9));
  let normalized = dividedBy(scan.values, gain, mask);
  for (let round = 0; round < BIAS_ROUNDS; round++) {
    const { gray, white } = tissueMeans(inside(normalized, mask));
    const bright = new Float32Array(mask.length);
    for (let voxel = 0; voxel < bright.length; voxel++) {
      bright[voxel] = normalized[voxel]! > (gray + white) / 2 ? 1 : 0;
    }
    smoothGain(scan, bright, gain);
    normalized = dividedBy(scan.values, gain, mask);
  }
  return normalized;
}

/**
 * Mean signal of the bright voxels around each voxel: their blurred signal divided by their blurred number.
 */
function smoothGain(scan: Scan, bright: Float32Array, gain: Float32Array): void {
  const lit = scan.values.map((value, voxel) => value * bright[voxel]!);
  const signal = downsample({ ...scan, values: lit }, BIAS_FACTOR);
  const weight = downsample({ ...scan, values: bright }, BIAS_FACTOR);
  const sigma = perAxis((axis) => BIAS_SIGMA_MM / signal.spacing[axis]);
  const field = blur(signal.values, signal.shape, sigma);
  const weights = blur(weight.values, signal.shape, sigma);
  for (let voxel = 0; voxel < field.length; voxel++) field[voxel]! /= Math.max(weights[voxel]!, 1e-6);
  // Interpolates between the centers of coarse voxels, but never beyond the outermost ones.
  const at = (index: number, axis: 0 | 1 | 2) =>
    Math.min(signal.shape[axis] - 1.001, Math.max(0, (index + 0.5) / BIAS_FACTOR - 0.5));
  const [width, height, depth] = scan.shape;
  for (let z = 0, voxel = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, voxel++) {
        gain[voxel] = sample(field, signal.shape, at(x, 0), at(y, 1), at(z, 2));
      }
    }
  }
}

/** Mean signals of CSF, gray and white matter: k-means with three means, based only on the values. */
export function tissueMeans(values: Float32Array): Tissues {
  let csf = quantile(values, 0.05);
  let gray = quantile(values, 0.35);
  let white = quantile(values, 0.8);
  for (let round = 0; round < 20; round++) {
    const sums = [0, 0, 0];
    const counts = [0, 0, 0];
    for (const value of values) {
      const tissue = value < (csf + gray) / 2 ? 0 : value < (gray + white) / 2 ? 1 : 2;
      sums[tissue]! += value;
      counts[tissue]! += 1;
    }
    const mean = (tissue: number, before: number) =>
      counts[tissue]! > 0 ? sums[tissue]! / counts[tissue]! : before;
    csf = mean(0, csf);
    gray = mean(1, gray);
    white = mean(2, white);
  }
  return { csf, gray, white };
}

function inside(values: Float32Array, mask: Uint8Array): Float32Array {
  return values.filter((_, voxel) => mask[voxel] === 1);
}

function dividedBy(values: Float32Array, gain: Float32Array, mask: Uint8Array): Float32Array {
  return values.map((value, voxel) => (mask[voxel] === 1 && gain[voxel]! > 0 ? value / gain[voxel]! : 0));
}
