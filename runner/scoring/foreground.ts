import { TeamFault } from '#lib/domain/codes.ts';
import { BYTES_PER_VOXEL, type RawData, type Triple, type Volume } from '#runner/imaging/volume.ts';

/**
 * Which voxels are lesion: `value = raw · slope + intercept > 0.5`. Integer labels above 0 all count; a value
 * further than 1e-3 from an integer means a probability map, which is no mask.
 */

const INTEGER_TOLERANCE = 1e-3;

/**
 * One byte a voxel, not 0 where it is foreground. The result may be the volume's own bytes.
 *
 * @throws TeamFault NOT_BINARY or NOT_FINITE, naming the value and its voxel.
 */
export function foregroundOf(volume: Volume): Uint8Array {
  const { data, slope, intercept } = volume;
  if (data instanceof Uint8Array && slope === 1 && intercept === 0) return data;
  const mask = new Uint8Array(data.length);
  const isForeground = (index: number) => {
    const value = Number(data[index]!) * slope + intercept;
    // NaN and infinity fail the comparison too.
    if (!(Math.abs(value - Math.round(value)) <= INTEGER_TOLERANCE))
      throw notAMask(value, index, volume.shape);
    return value > 0.5;
  };
  const background = backgroundRaw(volume);
  // Almost all of a mask is background, whatever raw number stands for it: compare whole words with that number
  // and look at the others alone.
  if (BYTES_PER_VOXEL[volume.dtype] === 8) markWide(mask, data, background, isForeground);
  else markNarrow(mask, data, background, isForeground);
  return mask;
}

/** A raw value that means background: the first voxel's, or 0; null where neither does. */
function backgroundRaw({ data, slope, intercept }: Volume): number | bigint | null {
  const zero = typeof data[0] === 'bigint' ? 0n : 0;
  for (const raw of [data[0]!, zero]) {
    const value = Number(raw) * slope + intercept;
    if (Math.abs(value - Math.round(value)) <= INTEGER_TOLERANCE && value <= 0.5) return raw;
  }
  return null;
}

function markNarrow(
  mask: Uint8Array,
  data: RawData,
  background: number | bigint | null,
  isForeground: (index: number) => boolean,
): void {
  const words = new Uint32Array(data.buffer, alignedOffset(data), data.byteLength >>> 2);
  const perWord = 4 / data.BYTES_PER_ELEMENT;
  const skip = background === null ? -1 : patternOf(data, background)[0]!;
  for (let word = 0; word < words.length; word++) {
    if (words[word] === skip) continue;
    const end = (word + 1) * perWord;
    for (let i = word * perWord; i < end; i++) if (isForeground(i)) mask[i] = 1;
  }
  for (let i = words.length * perWord; i < data.length; i++) if (isForeground(i)) mask[i] = 1;
}

function markWide(
  mask: Uint8Array,
  data: RawData,
  background: number | bigint | null,
  isForeground: (index: number) => boolean,
): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, 2 * data.length);
  const pattern = background === null ? null : patternOf(data, background);
  const low = pattern === null ? -1 : pattern[0]!;
  const high = pattern === null ? -1 : pattern[1]!;
  for (let i = 0; i < data.length; i++) {
    if (words[2 * i] === low && words[2 * i + 1] === high) continue;
    if (isForeground(i)) mask[i] = 1;
  }
}

/** The 32-bit words that 8 bytes full of one raw value make. */
function patternOf(data: RawData, raw: number | bigint): Uint32Array {
  const bytes = new ArrayBuffer(8);
  const ArrayType = data.constructor as new (buffer: ArrayBuffer) => { fill(value: number | bigint): void };
  new ArrayType(bytes).fill(raw);
  return new Uint32Array(bytes);
}

function alignedOffset(data: RawData): number {
  if (data.byteOffset % 4 !== 0) throw new Error('Voxels must start at a multiple of 4 bytes');
  return data.byteOffset;
}

function notAMask(value: number, index: number, shape: Triple): TeamFault {
  const x = index % shape[0];
  const y = Math.floor(index / shape[0]) % shape[1];
  const z = Math.floor(index / (shape[0] * shape[1]));
  const where = `at voxel (${x}, ${y}, ${z})`;
  if (!Number.isFinite(value)) return new TeamFault('NOT_FINITE', `The mask holds ${value} ${where}.`);
  return new TeamFault(
    'NOT_BINARY',
    `The mask holds ${value} ${where}, which is no label: threshold before writing, mask = (probability > 0.5).`,
  );
}
