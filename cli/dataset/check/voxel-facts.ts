import { axisOrder } from '#runner/imaging/grid.ts';
import type { RawData, Triple, Volume } from '#runner/imaging/volume.ts';

export interface VoxelFacts {
  /** Of the finite values; null if there are none. */
  min: number | null;
  max: number | null;
  /** Number of NaN and infinite values. */
  notFinite: number;
  /**
   * The same for two images with the same values (as float32) at the same places, whatever their type, scaling,
   * compression, header or order of axes. Not for adversaries.
   */
  digest: string;
  /**
   * Fine structure in blocks, with unit length: the dot product of two is their correlation. null for an image
   * without structure.
   */
  signature: Float32Array | null;
}

/** Blocks along each axis. On a head of 200 mm a block averages 20 mm, so that noise disappears. */
const BLOCKS = 10;
const RAS = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] as const;

/**
 * Two scans whose signatures correlate more than this are nearly the same. A scan with noise of a tenth of its signal
 * has 0.999 with itself, two synthetic subjects at most about 0.8.
 */
export const NEAR_DUPLICATE = 0.995;

/** One pass over the voxels. Zeros, most of a skull-stripped scan, are skipped. */
export function voxelFacts(volume: Volume): VoxelFacts {
  const { slope, intercept } = volume;
  const data = numbersOf(volume.data);
  const walk = canonicalWalk(volume);
  const sums = new Float64Array(BLOCKS ** 3);
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const [width, height, depth] = volume.shape;
  const [stepX, stepY, stepZ] = walk.steps;
  const [blockX, blockY, blockZ] = walk.blocks;
  let [min, max, notFinite, nonZero] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let [first, second] = [0, 0];
  let at = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let index = walk.start + z * stepZ + y * stepY;
      const block = blockZ[z]! + blockY[y]!;
      for (let x = 0; x < width; x++, at++, index += stepX) {
        const value = data[at]! * slope + intercept;
        if (value === 0) continue;
        nonZero++;
        float[0] = value;
        // A sum over voxels, so that the order of storage doesn't count (finalizer of MurmurHash3).
        let hash = Math.imul(bits[0]! ^ Math.imul(index, 0x9e3779b1), 0x85ebca6b);
        hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
        hash ^= hash >>> 13;
        first = (first + hash) | 0;
        hash = Math.imul(hash ^ index, 0x27d4eb2f);
        second = (second + (hash ^ (hash >>> 16))) | 0;
        if (value - value !== 0) {
          notFinite++;
          continue;
        }
        if (value < min) min = value;
        if (value > max) max = value;
        sums[block + blockX[x]!]! += value;
      }
    }
  }
  if (nonZero < data.length) [min, max] = [Math.min(min, 0), Math.max(max, 0)];
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return {
    min: min <= max ? min : null,
    max: min <= max ? max : null,
    notFinite,
    digest: `${walk.shape.join('x')}-${hex(first)}${hex(second)}`,
    signature: signatureOf(sums, walk.shape),
  };
}

function numbersOf(data: RawData): Exclude<RawData, BigInt64Array | BigUint64Array> {
  return data instanceof BigInt64Array || data instanceof BigUint64Array
    ? Float64Array.from(data as ArrayLike<bigint>, Number)
    : data;
}

/** How the voxels in the order of storage lie on the grid whose axes run to the right, front and top. */
function canonicalWalk(volume: Volume): {
  shape: Triple;
  start: number;
  steps: Triple;
  blocks: readonly [Int32Array, Int32Array, Int32Array];
} {
  const order = axisOrder(volume, { shape: volume.shape, affine: RAS }) ?? {
    axes: [0, 1, 2] as const,
    flipped: [false, false, false] as const,
  };
  const shape = order.axes.map((axis) => volume.shape[axis]!) as [number, number, number];
  const strides = [1, shape[0], shape[0] * shape[1]];
  let start = 0;
  const steps: [number, number, number] = [0, 0, 0];
  const blocks = [new Int32Array(0), new Int32Array(0), new Int32Array(0)] as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  order.axes.forEach((axis, target) => {
    const [size, flipped] = [shape[target]!, order.flipped[target]!];
    steps[axis] = flipped ? -strides[target]! : strides[target]!;
    if (flipped) start += strides[target]! * (size - 1);
    blocks[axis] = Int32Array.from({ length: size }, (_, i) => {
      const place = flipped ? size - 1 - i : i;
      return Math.floor((place * BLOCKS) / size) * BLOCKS ** target;
    });
  });
  return { shape, start, steps, blocks };
}

/**
 * Block means minus the mean of their six neighbors: what two heads on one grid have in common, their outline,
 * weighs little then.
 */
function signatureOf(sums: Float64Array, shape: Triple): Float32Array | null {
  if (Math.min(...shape) < 2 * BLOCKS) return null;
  const means = sums.map((sum) => sum / (shape[0] * shape[1] * shape[2]));
  const inner = BLOCKS - 2;
  const detail = new Float32Array(inner ** 3);
  const strides = [1, BLOCKS, BLOCKS ** 2];
  for (let i = 0; i < detail.length; i++) {
    const block =
      1 +
      (i % inner) +
      BLOCKS * (1 + (Math.floor(i / inner) % inner)) +
      BLOCKS ** 2 * (1 + Math.floor(i / inner ** 2));
    const around = strides.reduce((sum, step) => sum + means[block - step]! + means[block + step]!, 0);
    detail[i] = means[block]! - around / 6;
  }
  const mean = detail.reduce((sum, value) => sum + value, 0) / detail.length;
  const length = Math.sqrt(detail.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return length > 0 ? detail.map((value) => (value - mean) / length) : null;
}

/** The correlation of two signatures. */
export function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
