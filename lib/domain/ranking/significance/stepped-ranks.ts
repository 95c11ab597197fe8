import type { SignedRanks } from './signed-rank-sums.ts';

/**
 * Signed ranks where all values are multiples of one step, such as weighted means of ranks or numbers of lesions: the
 * magnitudes of the differences are few, so they are counted instead of sorted. About a third of the time of a sort.
 */

/** Multiples of 1/s for s up to this are found: 60 has all divisors up to 6. */
const MAX_PARTS = 60;
/** With more distinct magnitudes, sorting is faster. */
const MAX_BINS = 1 << 14;
const UNIT = 1e10;
/** Above it, not every unit of the tenth decimal is a number. */
const MAX_VALUE = 900_000;

/** Values that are multiples of 1/parts, rounded to 10 decimals. */
export interface Steps {
  parts: number;
  /** The largest difference, in steps. */
  span: number;
}

/** null if the values aren't multiples of one step, or of too small a one. */
export function findSteps(rows: readonly Float64Array[]): Steps | null {
  for (let parts = 1; parts <= MAX_PARTS; parts++) {
    const span = spanInSteps(rows, parts);
    if (span !== null) return binCount(span) <= MAX_BINS ? { parts, span } : null;
  }
  return null;
}

/** null if one of the values is no multiple. */
function spanInSteps(rows: readonly Float64Array[], parts: number): number | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    for (const value of row) {
      const steps = Math.round(value * parts);
      const isMultiple = Math.round((steps / parts) * UNIT) === Math.round(value * UNIT);
      if (!isMultiple || Math.abs(value) > MAX_VALUE) return null;
      if (steps < low) low = steps;
      if (steps > high) high = steps;
    }
  }
  return high >= low ? high - low : 0;
}

/**
 * Rounding to 10 decimals makes differences of as many steps differ by one unit of the tenth decimal, unless a step is a whole
 * number of units; such differences aren't ties. So each number of steps has three bins.
 */
function binCount(span: number): number {
  return 3 * (span + 1);
}

/** A function of two rows: the signed ranks of rows[a] − rows[b]. */
export function countedSignedRanks(
  rows: readonly Float64Array[],
  { parts, span }: Steps,
): (a: number, b: number) => SignedRanks {
  const steps = rows.map((row) => Int32Array.from(row, (value) => Math.round(value * parts)));
  const remainders = steps.map((row) => row.map((own) => modulo(own, parts)));
  const excess = roundingExcess(parts);
  const isExact = excess.every((units) => units === 0);
  const words = new Int32Array(((isExact ? span : binCount(span)) >>> 5) + 1);
  /** Per bin: how many differences, and times 2¹⁶ how many of them are positive. */
  const counts = new Int32Array(words.length << 5);
  return (a, b) => {
    if (isExact) fillExact(steps[a]!, steps[b]!, counts, words);
    else fillRounded([steps[a]!, steps[b]!], [remainders[a]!, remainders[b]!], excess, counts, words);
    return sumBins(counts, words);
  };
}

/**
 * By how many units the difference of two rounded values exceeds the rounded difference, at [r · parts + q] for multiples
 * whose remainders by `parts` are r and q, the larger value first.
 */
function roundingExcess(parts: number): Int32Array {
  const unitsOf = (steps: number) => Math.round((steps / parts) * UNIT);
  return Int32Array.from({ length: parts * parts }, (_, at) => {
    const larger = Math.floor(at / parts) + parts;
    const smaller = at % parts;
    return unitsOf(larger) - unitsOf(smaller) - unitsOf(larger - smaller);
  });
}

function modulo(value: number, parts: number): number {
  return ((value % parts) + parts) % parts;
}

function fillExact(a: Int32Array, b: Int32Array, counts: Int32Array, words: Int32Array): void {
  for (let c = 0; c < a.length; c++) {
    const difference = (a[c]! - b[c]!) | 0;
    // All bits where it is negative.
    const sign = difference >> 31;
    const bin = (difference ^ sign) - sign;
    counts[bin] = counts[bin]! + 1 + (~sign & 0x1_0000);
    words[bin >>> 5] = words[bin >>> 5]! | (1 << (bin & 31));
  }
  dropZeros(0, counts, words);
}

function fillRounded(
  [a, b]: readonly [Int32Array, Int32Array],
  [remaindersOfA, remaindersOfB]: readonly [Int32Array, Int32Array],
  excess: Int32Array,
  counts: Int32Array,
  words: Int32Array,
): void {
  const parts = Math.sqrt(excess.length) | 0;
  for (let c = 0; c < a.length; c++) {
    const difference = (a[c]! - b[c]!) | 0;
    const sign = difference >> 31;
    const magnitude = ((difference ^ sign) - sign) | 0;
    const ofA = remaindersOfA[c]!;
    const ofB = remaindersOfB[c]!;
    const pair = sign === 0 ? ofA * parts + ofB : ofB * parts + ofA;
    const bin = (3 * magnitude + 1 + excess[pair]!) | 0;
    counts[bin] = counts[bin]! + 1 + (~sign & 0x1_0000);
    words[bin >>> 5] = words[bin >>> 5]! | (1 << (bin & 31));
  }
  dropZeros(1, counts, words);
}

/** @param bin of the differences that are zero; the bins below it are empty. */
function dropZeros(bin: number, counts: Int32Array, words: Int32Array): void {
  counts[bin] = 0;
  words[0]! &= ~(1 << bin);
}

/** Empties the bins. */
function sumBins(counts: Int32Array, words: Int32Array): SignedRanks {
  let n = 0;
  let doubled = 0;
  let ties = 0;
  for (let at = 0; at < words.length; at++) {
    let word = words[at]!;
    if (word === 0) continue;
    words[at] = 0;
    while (word !== 0) {
      const bit = word & -word;
      word ^= bit;
      const bin = (at << 5) + 31 - Math.clz32(bit);
      const count = counts[bin]!;
      counts[bin] = 0;
      const size = count & 0xffff;
      doubled += (count >>> 16) * (n + 1 + n + size);
      if (size > 1) ties += size * size * size - size;
      n += size;
    }
  }
  return { n, positive: doubled / 2, ties };
}
