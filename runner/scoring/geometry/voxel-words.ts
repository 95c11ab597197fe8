import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { bytesOf, type RawData, type Triple, type Volume } from '#runner/imaging/volume.ts';

/** Reading the voxels of a mask: what counts as a label, and skipping background many voxels at a time. */

const INTEGER_TOLERANCE = 1e-3;

/** Whether a value is a label, within the tolerance. NaN and infinity are not. */
export function isInteger(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= INTEGER_TOLERANCE;
}

/** Returns the first even word, from an even word on, at which the pattern low, high, low, high … ends. */
export function skipWords(words: Int32Array, from: number, low: number, high: number): number {
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
export function backgroundRaw(
  { data, slope, intercept }: Volume,
  isBackground: (value: number) => boolean,
): number | bigint | null {
  const zero = typeof data[0] === 'bigint' ? 0n : 0;
  for (const raw of [data[0]!, zero]) {
    const value = Number(raw) * slope + intercept;
    if (isInteger(value) && isBackground(value)) return raw;
  }
  return null;
}

/** The two 32-bit words of 8 bytes filled with one raw value. */
export function patternOf(data: RawData, raw: number | bigint): [number, number] {
  const bytes = new ArrayBuffer(8);
  const ArrayType = data.constructor as new (buffer: ArrayBuffer) => { fill(value: number | bigint): void };
  new ArrayType(bytes).fill(raw);
  const [low, high] = new Int32Array(bytes);
  return [low!, high!];
}

/** The voxels as 32-bit words, without up to three bytes at the end. */
export function wordsOf(data: RawData): Int32Array {
  const bytes = bytesOf(data);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}

/** The error for a voxel whose value is no label. `hint` says how to write a mask. */
export function notALabel(value: number, index: number, shape: Triple, hint: string): SubmissionError {
  const x = index % shape[0];
  const y = Math.floor(index / shape[0]) % shape[1];
  const z = Math.floor(index / (shape[0] * shape[1]));
  const where = `at voxel (${x}, ${y}, ${z})`;
  if (!Number.isFinite(value))
    return new SubmissionError('NOT_FINITE', `The mask contains ${value} ${where}.`);
  return new SubmissionError(
    'NOT_BINARY',
    `The mask contains ${Number(value.toPrecision(6))} ${where}, which is not a label. ${hint}`,
  );
}
