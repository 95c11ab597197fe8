import type { RawData, Volume } from '#runner/imaging/volume.ts';
import { patternOf, skipWords, wordsOf } from '#runner/scoring/geometry/voxel-words.ts';

export interface ValueRange {
  /** Of the finite values; null if there are none. */
  min: number | null;
  max: number | null;
  /** Number of NaN and infinite values. */
  notFinite: number;
}

/** Voxels as numbers, which int64 loses beyond 2⁵³. */
export type Numbers = Exclude<RawData, BigInt64Array | BigUint64Array>;

export function numbersOf(data: RawData): Numbers {
  return data instanceof BigInt64Array || data instanceof BigUint64Array
    ? Float64Array.from(data as ArrayLike<bigint>, Number)
    : data;
}

/** 32-bit words between two looks for zeros. */
const CHUNK_SHIFT = 3;
const CHUNK_WORDS = 1 << CHUNK_SHIFT;
/** Voxels that are compared with the range at once; a chunk is a multiple. */
const STEP = 4;

/** One pass over the voxels of a volume. Zeros, most of a skull-stripped scan, are skipped many at a time. */
export function valueRange({ slope, intercept }: Volume, data: Numbers): ValueRange {
  const zero = storedZero(data, slope, intercept);
  const [zeroLow, zeroHigh] = patternOf(data, zero ?? 0);
  const words = wordsOf(data);
  const voxels = (4 * CHUNK_WORDS) / data.BYTES_PER_ELEMENT;
  // Stored numbers, because few of them have to be scaled then.
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [notFinite, skipped] = [0, 0];
  for (let chunk = 0; chunk * voxels < data.length; chunk++) {
    if (zero !== null) {
      const next = skipWords(words, chunk * CHUNK_WORDS, zeroLow, zeroHigh) >>> CHUNK_SHIFT;
      skipped += next - chunk;
      chunk = next;
    }
    const end = Math.min((chunk + 1) * voxels, data.length);
    for (let voxel = chunk * voxels; voxel < end; voxel += STEP) {
      if (voxel + STEP <= end && areWithin(data, voxel, low, high)) continue;
      for (let at = voxel; at < Math.min(voxel + STEP, end); at++) {
        const raw = data[at]!;
        if (raw >= low && raw <= high) continue;
        if (!Number.isFinite(raw * slope + intercept)) notFinite++;
        else [low, high] = [Math.min(low, raw), Math.max(high, raw)];
      }
    }
  }
  if (skipped > 0) [low, high] = [Math.min(low, zero!), Math.max(high, zero!)];
  if (low > high) return { min: null, max: null, notFinite };
  const ends = [low * slope + intercept, high * slope + intercept];
  return { min: Math.min(...ends), max: Math.max(...ends), notFinite };
}

/** Whether STEP voxels are in a range. NaN isn't. */
function areWithin(data: Numbers, at: number, low: number, high: number): boolean {
  const a = data[at]!;
  const b = data[at + 1]!;
  const c = data[at + 2]!;
  const d = data[at + 3]!;
  return a >= low && a <= high && b >= low && b <= high && c >= low && c <= high && d >= low && d <= high;
}

/** The stored number that means 0; null if this type can't hold it or scaling rounds. */
function storedZero(data: Numbers, slope: number, intercept: number): number | null {
  // Not −0, whose bits differ from those of 0.
  const zero = 0 - intercept / slope;
  const [stored] = new (data.constructor as Float64ArrayConstructor)([zero]);
  return stored === zero && zero * slope + intercept === 0 ? zero : null;
}
