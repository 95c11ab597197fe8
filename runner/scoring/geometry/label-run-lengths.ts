import type { Volume } from '#runner/imaging/volume.ts';
import { RunCollector } from './run-collector.ts';
import type { RunLengths } from './run-lengths.ts';
import { backgroundRaw, isInteger, notALabel, patternOf, skipWords, wordsOf } from './voxel-words.ts';

const LABELS_HINT =
  'Write the label of each voxel as an integer, such as the class with the largest probability.';

/**
 * Splits a mask with labels into one mask per label, in one pass. A voxel belongs to the label whose value is its
 * own, rounded to the next integer; all other integers are background.
 *
 * @param labels their values, positive integers without repetition.
 * @returns the run lengths of each label, in the order of `labels`.
 * @throws SubmissionError NOT_BINARY if a value is further than 1e-3 from an integer, or NOT_FINITE, with the first
 *   such value and its voxel.
 */
export function labelRunLengthsOf(volume: Volume, labels: readonly number[]): RunLengths[] {
  const { data, shape } = volume;
  const collectors = labels.map(() => new RunCollector(shape));
  const labelAt = labelReader(volume, labels);
  const skipFrom = backgroundSkipper(volume, labels);
  const width = shape[0];
  let at = 0;
  while (at < data.length) {
    at = skipFrom(at);
    if (at >= data.length) break;
    const label = labelAt(at);
    const first = at++;
    if (label === -1) continue;
    const rowEnd = first - (first % width) + width;
    while (at < rowEnd && labelAt(at) === label) at++;
    collectors[label]!.push(first, at);
  }
  return collectors.map((collector) => collector.runLengths());
}

/** Reads the label of a voxel: its place in `labels`, or −1 for background. */
function labelReader({ data, slope, intercept, shape }: Volume, labels: readonly number[]) {
  const placeOf = new Int16Array(Math.max(255, ...labels) + 1).fill(-1);
  labels.forEach((value, place) => {
    placeOf[value] = place;
  });
  if (data instanceof Uint8Array && slope === 1 && intercept === 0)
    return (at: number) => placeOf[data[at]!]!;
  return (at: number) => {
    const value = Number(data[at]!) * slope + intercept;
    if (!isInteger(value)) throw notALabel(value, at, shape, LABELS_HINT);
    // Beyond the table (negative or too large) there is no label.
    return placeOf[Math.round(value)] ?? -1;
  };
}

/** Skips background from a voxel on, as far as whole words of it reach. */
function backgroundSkipper(volume: Volume, labels: readonly number[]): (at: number) => number {
  const { data } = volume;
  const values = new Set(labels);
  const background = backgroundRaw(volume, (value) => !values.has(Math.round(value)));
  if (background === null) return (at) => at;
  const words = wordsOf(data);
  const [low, high] = patternOf(data, background);
  const size = data.BYTES_PER_ELEMENT;
  const voxelsPerPair = 8 / size;
  return (at) => {
    if (at % voxelsPerPair !== 0) return at;
    return Math.max(at, (skipWords(words, (at * size) >>> 2, low, high) * 4) / size);
  };
}
