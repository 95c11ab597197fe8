import type { Numbers } from '#cli/dataset/check/value-range.ts';
import { bodyAxisOrder } from '#runner/imaging/grid.ts';
import type { Triple, Volume } from '#runner/imaging/volume.ts';

export interface Fingerprint {
  /**
   * The same for two images with the same values (as float32) at the same places, whatever their type, scaling,
   * compression, header or order of axes. Two images with one digest differ in rare cases, as only a sample is seen.
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

/** Voxels along each axis that are seen at least, if there are as many: 6³ in each block. */
const SAMPLES = 64;

/**
 * Two scans whose signatures correlate more than this are nearly the same. A scan with noise of a tenth of its signal
 * has 0.999 with itself, two synthetic subjects at most about 0.8.
 */
export const NEAR_DUPLICATE = 0.995;

const FLOAT = new Float32Array(1);
const BITS = new Int32Array(FLOAT.buffer);

/** `data` are the voxels of the volume. Sees a sample at fixed places on the axes of the body. */
export function fingerprint(volume: Volume, data: Numbers): Fingerprint {
  const { slope, intercept } = volume;
  const { shape, axes } = sampledAxes(volume);
  const [x, y, z] = axes;
  const sums = new Float64Array(BLOCKS ** 3);
  let [first, second] = [0, 0];
  for (let k = 0; k < z.length; k++) {
    for (let j = 0; j < y.length; j++) {
      const row = y.stored[j]! + z.stored[k]!;
      const [bodyRow, blockRow] = [y.body[j]! + z.body[k]!, y.block[j]! + z.block[k]!];
      for (let i = 0; i < x.length; i++) {
        const value = data[row + x.stored[i]!]! * slope + intercept;
        if (value === 0) continue;
        FLOAT[0] = value;
        // A sum over voxels, so that the order of storage doesn't count. Mixes as MurmurHash3 does.
        const place = Math.imul(bodyRow + x.body[i]!, 0x9e3779b1);
        const hash = Math.imul(BITS[0]! ^ place, 0x85ebca6b);
        first = (first + (hash ^ (hash >>> 15))) | 0;
        second = (second + Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)) | 0;
        // Not for NaN and infinity.
        if (value - value === 0) sums[blockRow + x.block[i]!]! += value;
      }
    }
  }
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return { digest: `${shape.join('x')}-${hex(first)}${hex(second)}`, signature: signatureOf(sums, shape) };
}

/** The places along an axis of storage that are seen, in ascending order. */
interface SampledAxis {
  length: number;
  /** What a place adds to the index of a stored voxel. */
  stored: Int32Array;
  /** What it adds to the index on the grid whose axes run to the right, front and top. */
  body: Int32Array;
  /** What it adds to the number of the block. */
  block: Int32Array;
}

/** The axes of storage, and the shape of the grid whose axes run to the right, front and top. */
function sampledAxes(volume: Volume): {
  shape: Triple;
  axes: readonly [SampledAxis, SampledAxis, SampledAxis];
} {
  const order = bodyAxisOrder(volume);
  const from = (target: number) => (order ? order.axes[target]! : target);
  const shape = [0, 1, 2].map((target) => volume.shape[from(target)]!) as [number, number, number];
  const stride = ([a, b]: Triple, axis: number) => [1, a, a * b][axis]!;
  const axes: SampledAxis[] = [];
  for (const target of [0, 1, 2]) {
    const [axis, size] = [from(target), shape[target]!];
    const step = Math.max(1, Math.floor(size / SAMPLES));
    const places = Array.from({ length: Math.ceil(size / step) }, (_, i) => i * step);
    if (order?.flipped[target]) places.reverse();
    const along = (of: (place: number) => number) => Int32Array.from(places, of);
    axes[axis] = {
      length: places.length,
      stored: along(
        (place) => (order?.flipped[target] ? size - 1 - place : place) * stride(volume.shape, axis),
      ),
      body: along((place) => place * stride(shape, target)),
      block: along((place) => Math.floor((place * BLOCKS) / size) * BLOCKS ** target),
    };
  }
  return { shape, axes: axes as [SampledAxis, SampledAxis, SampledAxis] };
}

/**
 * Block means minus the mean of their six neighbors: what two heads on one grid have in common, their outline,
 * weighs little then.
 */
function signatureOf(sums: Float64Array, shape: Triple): Float32Array | null {
  if (Math.min(...shape) < 2 * BLOCKS) return null;
  const inner = BLOCKS - 2;
  const detail = new Float32Array(inner ** 3);
  const strides = [1, BLOCKS, BLOCKS ** 2];
  // Of the order of the values, because the squares of sums could exceed float32.
  const scale = BLOCKS ** 3 / (shape[0] * shape[1] * shape[2]);
  for (let i = 0; i < detail.length; i++) {
    const block =
      1 +
      (i % inner) +
      BLOCKS * (1 + (Math.floor(i / inner) % inner)) +
      BLOCKS ** 2 * (1 + Math.floor(i / inner ** 2));
    const around = strides.reduce((sum, step) => sum + sums[block - step]! + sums[block + step]!, 0);
    detail[i] = (sums[block]! - around / 6) * scale;
  }
  const mean = detail.reduce((sum, value) => sum + value, 0) / detail.length;
  const length = Math.sqrt(detail.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  return length > 0 ? detail.map((value) => (value - mean) / length) : null;
}

/** The correlation of two signatures. */
export function correlation(a: Float32Array, b: Float32Array): number {
  // Four sums, because each addition waits for the one before. The length is a multiple of 4.
  let [p, q, r, s] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i += 4) {
    p += a[i]! * b[i]!;
    q += a[i + 1]! * b[i + 1]!;
    r += a[i + 2]! * b[i + 2]!;
    s += a[i + 3]! * b[i + 3]!;
  }
  return p + q + (r + s);
}
