import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { bytesOf, type RawData, type Triple, type Volume } from '#runner/imaging/volume.ts';
import { IntList } from './int-list.ts';

/**
 * A mask in run-length form: the maximal stretches of foreground along the first axis, in file order. Lesion
 * masks are sparse, so there are a few thousand runs where there are nine million voxels.
 *
 * Foreground is `value = raw · slope + intercept > 0.5`. All integer labels above 0 count. A value further
 * than 1e-3 from an integer is not valid in a mask; it suggests a probability map.
 */
export interface RunLengths {
  shape: Triple;
  /** Row of each run: y + z · shape[1]. Ascending. */
  row: Int32Array;
  /** First x of each run. */
  start: Int32Array;
  /** One past the last x. */
  end: Int32Array;
  /** The runs of row r are rowStart[r] … rowStart[r + 1] − 1. */
  rowStart: Int32Array;
  /** Number of foreground voxels. */
  voxels: number;
}

const INTEGER_TOLERANCE = 1e-3;

/**
 * Converts a mask to run lengths.
 *
 * @throws SubmissionError NOT_BINARY or NOT_FINITE, with the first invalid value and its voxel.
 */
export function runLengthsOf(volume: Volume): RunLengths {
  const { data, slope, intercept, shape } = volume;
  const collector = new RunCollector(shape);
  if (data instanceof Uint8Array && slope === 1 && intercept === 0) collectBytes(data, collector);
  else collectValues(volume, collector);
  return collector.runLengths();
}

/** All bytes except 0 are foreground. */
function collectBytes(bytes: Uint8Array, collector: RunCollector): void {
  const words = wordsOf(bytes);
  const { length } = bytes;
  const width = collector.shape[0];
  let at = 0;
  for (;;) {
    while (at < length && bytes[at] === 0) {
      at++;
      if ((at & 3) === 0) at = skipWords(words, at >>> 2, 0, 0) << 2;
    }
    if (at >= length) return;
    const first = at;
    const rowEnd = first - (first % width) + width;
    while (at < rowEnd && bytes[at] !== 0) at++;
    collector.push(first, at);
  }
}

/**
 * Almost all of a mask is background with the same raw value, so whole words are compared with that value and
 * only differing voxels are converted.
 */
function collectValues(volume: Volume, collector: RunCollector): void {
  const { data, slope, intercept, shape } = volume;
  const isForeground = (index: number) => {
    const value = Number(data[index]!) * slope + intercept;
    // NaN and infinity also fail this comparison.
    if (!(Math.abs(value - Math.round(value)) <= INTEGER_TOLERANCE)) throw notAMask(value, index, shape);
    return value > 0.5;
  };
  const background = backgroundRaw(volume);
  const words = wordsOf(data);
  const [low, high] = background === null ? [0, 0] : patternOf(data, background);
  const { length } = data;
  const size = data.BYTES_PER_ELEMENT;
  // Words are compared in pairs, so that one loop handles voxels of all sizes.
  const voxelsPerPair = 8 / size;
  let at = 0;
  while (at < length) {
    if (background !== null && at % voxelsPerPair === 0) {
      at = Math.max(at, (skipWords(words, (at * size) >>> 2, low, high) * 4) / size);
      if (at >= length) return;
    }
    if (!isForeground(at)) {
      at++;
      continue;
    }
    const first = at++;
    const rowEnd = first - (first % shape[0]) + shape[0];
    while (at < rowEnd && isForeground(at)) at++;
    collector.push(first, at);
  }
}

/** Returns the first even word, from an even word on, at which the pattern low, high, low, high … ends. */
function skipWords(words: Int32Array, from: number, low: number, high: number): number {
  let word = from;
  const whole = words.length - 8;
  while (
    word <= whole &&
    ((words[word]! ^ low) |
      (words[word + 1]! ^ high) |
      (words[word + 2]! ^ low) |
      (words[word + 3]! ^ high) |
      (words[word + 4]! ^ low) |
      (words[word + 5]! ^ high) |
      (words[word + 6]! ^ low) |
      (words[word + 7]! ^ high)) ===
      0
  ) {
    word += 8;
  }
  while (word < words.length - 1 && words[word] === low && words[word + 1] === high) word += 2;
  return word;
}

/** A raw value that means background: the first voxel's, or 0; null if neither does. */
function backgroundRaw({ data, slope, intercept }: Volume): number | bigint | null {
  const zero = typeof data[0] === 'bigint' ? 0n : 0;
  for (const raw of [data[0]!, zero]) {
    const value = Number(raw) * slope + intercept;
    if (Math.abs(value - Math.round(value)) <= INTEGER_TOLERANCE && value <= 0.5) return raw;
  }
  return null;
}

/** The two 32-bit words of 8 bytes filled with one raw value. */
function patternOf(data: RawData, raw: number | bigint): [number, number] {
  const bytes = new ArrayBuffer(8);
  const ArrayType = data.constructor as new (buffer: ArrayBuffer) => { fill(value: number | bigint): void };
  new ArrayType(bytes).fill(raw);
  const [low, high] = new Int32Array(bytes);
  return [low!, high!];
}

/** The voxels as 32-bit words, without up to three bytes at the end. */
function wordsOf(data: RawData): Int32Array {
  const bytes = bytesOf(data);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}

function notAMask(value: number, index: number, shape: Triple): SubmissionError {
  const x = index % shape[0];
  const y = Math.floor(index / shape[0]) % shape[1];
  const z = Math.floor(index / (shape[0] * shape[1]));
  const where = `at voxel (${x}, ${y}, ${z})`;
  if (!Number.isFinite(value))
    return new SubmissionError('NOT_FINITE', `The mask contains ${value} ${where}.`);
  return new SubmissionError(
    'NOT_BINARY',
    `The mask contains ${Number(value.toPrecision(6))} ${where}, which is not a label. Apply a threshold before you write it: mask = (probability > 0.5).`,
  );
}

class RunCollector {
  readonly shape: Triple;
  private readonly row = new IntList();
  private readonly start = new IntList();
  private readonly end = new IntList();
  private voxels = 0;

  constructor(shape: Triple) {
    this.shape = shape;
  }

  /** Adds voxels `first` … `end` − 1 of the file, all in one row. */
  push(first: number, end: number): void {
    const width = this.shape[0];
    const row = Math.floor(first / width);
    this.row.push(row);
    this.start.push(first - row * width);
    this.end.push(end - row * width);
    this.voxels += end - first;
  }

  runLengths(): RunLengths {
    const row = this.row.values();
    return {
      shape: this.shape,
      row,
      start: this.start.values(),
      end: this.end.values(),
      rowStart: rowStarts(row, this.shape[1] * this.shape[2]),
      voxels: this.voxels,
    };
  }
}

function rowStarts(row: Int32Array, rowCount: number): Int32Array {
  const starts = new Int32Array(rowCount + 1);
  let run = 0;
  for (let r = 0; r < rowCount; r++) {
    starts[r] = run;
    while (run < row.length && row[run] === r) run++;
  }
  starts[rowCount] = run;
  return starts;
}
