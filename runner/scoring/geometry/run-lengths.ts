import type { Triple, Volume } from '#runner/imaging/volume.ts';
import { RunCollector } from './run-collector.ts';
import { backgroundRaw, isInteger, notALabel, patternOf, skipWords, wordsOf } from './voxel-words.ts';

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

const THRESHOLD_HINT = 'Apply a threshold before you write it: mask = (probability > 0.5).';

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
    if (!isInteger(value)) throw notALabel(value, index, shape, THRESHOLD_HINT);
    return value > 0.5;
  };
  const background = backgroundRaw(volume, (value) => value <= 0.5);
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
