import { bodyAxisOrder } from '#runner/imaging/grid.ts';
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

/**
 * Two scans whose signatures correlate more than this are nearly the same. A scan with noise of a tenth of its signal
 * has 0.999 with itself, two synthetic subjects at most about 0.8.
 */
export const NEAR_DUPLICATE = 0.995;

/** One pass over the voxels. Zeros, most of a skull-stripped scan, are skipped. */
export function voxelFacts(volume: Volume): VoxelFacts {
  const walk = canonicalWalk(volume);
  const totals: Totals = {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    notFinite: 0,
    zeros: 0,
    first: 0,
    second: 0,
  };
  const sums = new Float64Array(BLOCKS ** 3);
  const data = numbersOf(volume.data);
  const [, height, depth] = volume.shape;
  const [stepX, stepY, stepZ] = walk.steps;
  const [stretches, blockY, blockZ] = [walk.stretches, walk.blocks[1], walk.blocks[2]];
  // The stored number that means 0, if there is one.
  const zero = -volume.intercept / volume.slope;
  const [width] = volume.shape;
  let row = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++, row += width) {
      const [first, end] = occupied(data, row, row + width, zero);
      totals.zeros += width - (end - first);
      if (first === end) continue;
      const index = walk.start + z * stepZ + y * stepY;
      for (const { from, to, block } of stretches) {
        const at = Math.max(row + from, first);
        const last = Math.min(row + to, end);
        if (at >= last) continue;
        const place = index + (at - row) * stepX;
        sums[blockZ[z]! + blockY[y]! + block]! += addStretch(totals, data, volume, at, last, place, stepX);
      }
    }
  }
  let { min, max } = totals;
  if (totals.zeros > 0) [min, max] = [Math.min(min, 0), Math.max(max, 0)];
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return {
    min: min <= max ? min : null,
    max: min <= max ? max : null,
    notFinite: totals.notFinite,
    digest: `${walk.shape.join('x')}-${hex(totals.first)}${hex(totals.second)}`,
    signature: signatureOf(sums, walk.shape),
  };
}

interface Totals {
  min: number;
  max: number;
  notFinite: number;
  zeros: number;
  first: number;
  second: number;
}

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** A row without the zeros at its ends, where most of the zeros of a scan are. */
function occupied(data: Numbers, start: number, stop: number, zero: number): [number, number] {
  let [first, end] = [start, stop];
  while (first < end && data[first] === zero) first++;
  while (end > first && data[end - 1] === zero) end--;
  return [first, end];
}

/**
 * Adds the voxels `at` … `end` − 1, which lie in one row and one block, and returns the sum of the finite ones. `index`
 * is the place of the first one on the canonical grid, `step` the way to the next.
 */
function addStretch(
  totals: Totals,
  data: Numbers,
  { slope, intercept }: Volume,
  at: number,
  end: number,
  index: number,
  step: number,
): number {
  let { min, max, first, second } = totals;
  let [sum, zeros] = [0, 0];
  for (let voxel = at, place = index; voxel < end; voxel++, place += step) {
    const raw = data[voxel]!;
    const value = raw * slope + intercept;
    if (value === 0) {
      zeros++;
      continue;
    }
    FLOAT[0] = value;
    // A sum over voxels, so that the order of storage doesn't count. Mixes as MurmurHash3 does.
    const hash = Math.imul(BITS[0]! ^ Math.imul(place, 0x9e3779b1), 0x85ebca6b);
    first = (first + (hash ^ (hash >>> 15))) | 0;
    second = (second + Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)) | 0;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  totals.zeros += zeros;
  totals.first = first;
  totals.second = second;
  if (sum - sum !== 0) return addNotFinite(totals, data.subarray(at, end), slope, intercept);
  totals.min = min;
  totals.max = max;
  return sum;
}

/** The rare stretch with NaN or infinity: its extremes and sum are those of its finite values. */
function addNotFinite(totals: Totals, data: Numbers, slope: number, intercept: number): number {
  let sum = 0;
  for (const raw of data) {
    const value = raw * slope + intercept;
    if (Number.isFinite(value)) {
      sum += value;
      totals.min = Math.min(totals.min, value);
      totals.max = Math.max(totals.max, value);
    } else totals.notFinite++;
  }
  return sum;
}

type Numbers = Exclude<RawData, BigInt64Array | BigUint64Array>;

function numbersOf(data: RawData): Numbers {
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
  /** Voxels of a row that lie in one block. */
  stretches: { from: number; to: number; block: number }[];
} {
  const order = bodyAxisOrder(volume) ?? {
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
  const stretches: { from: number; to: number; block: number }[] = [];
  blocks[0].forEach((block, x) => {
    const last = stretches.at(-1);
    if (last?.block === block) last.to = x + 1;
    else stretches.push({ from: x, to: x + 1, block });
  });
  return { shape, start, steps, blocks, stretches };
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
