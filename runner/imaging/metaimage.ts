import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { swapBytes } from './byte-order.ts';
import { unzipFirst } from './inflate.ts';
import { volumeOn } from './readings.ts';
import {
  BYTES_PER_VOXEL,
  type DataType,
  type ReadLimits,
  type Triple,
  typedView,
  type Volume,
  voxelCount,
} from './volume.ts';

/**
 * Reads single-file MetaImage (`.mha`): a text header of `Key = value` or `Key: value` lines that ends with
 * `ElementDataFile`, followed by the voxels, raw or as one zlib stream. World coordinates are LPS, so x and y
 * change sign in the conversion to RAS. Follows ITK's MetaIO (metaUtils.cxx, metaImage.cxx).
 */

/** No valid header is longer than this. */
const MAX_HEADER_BYTES = 64 * 1024;

const DATA_TYPES: Readonly<Record<string, DataType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  // 4 bytes in MetaIO on every platform.
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

export const MET_NAMES: Readonly<Record<DataType, string>> = {
  int8: 'MET_CHAR',
  uint8: 'MET_UCHAR',
  int16: 'MET_SHORT',
  uint16: 'MET_USHORT',
  int32: 'MET_INT',
  uint32: 'MET_UINT',
  int64: 'MET_LONG_LONG',
  uint64: 'MET_ULONG_LONG',
  float32: 'MET_FLOAT',
  float64: 'MET_DOUBLE',
};

/** Whether the bytes start like a MetaImage header: one of its keys and a separator. */
export function looksLikeMetaImage(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return /^\s*(ObjectType|NDims|Comment|ObjectSubType|TransformType)\s*[=:]/.test(start);
}

/** Reads an `.mha` file. Throws SubmissionError UNREADABLE; uses no more memory than `limits` allow. */
export function readMetaImage(bytes: Uint8Array, limits: ReadLimits): Volume {
  const { tags, headerEnd } = parseTags(bytes);
  checkTags(tags);
  const dtype = elementType(tags);
  const dimensions = dimensionCount(tags);
  const shape = checkShape(numbers(tags, ['DimSize'], dimensions, null));
  const affine = headerAffine(tags, dimensions);
  const size = voxelCount(shape) * BYTES_PER_VOXEL[dtype];
  if (size > limits.maxVoxelBytes) {
    throw unreadable(
      `The header declares ${shape.join(' × ')} voxels of ${dtype} (${size} bytes); the limit is ${limits.maxVoxelBytes} bytes.`,
    );
  }
  const voxels = voxelBytes(bytes, { tags, headerEnd, size });
  const bigEndian = flag(tags, 'BinaryDataByteOrderMSB') || flag(tags, 'ElementByteOrderMSB');
  const data = typedView(bigEndian ? swapBytes(voxels, dtype) : voxels, dtype);
  return volumeOn({ shape, affine }, { format: 'MHA', dtype, data });
}

/** The tags of a header, and where it ends. Throws SubmissionError UNREADABLE. */
export function parseTags(bytes: Uint8Array): { tags: Map<string, string>; headerEnd: number } {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEADER_BYTES));
  const tags = new Map<string, string>();
  let at = 0;
  for (;;) {
    const end = header.indexOf(10, at);
    if (end === -1)
      throw unreadable(
        `The header is incomplete: the first ${header.length} bytes contain no ElementDataFile.`,
      );
    const line = header.toString('latin1', at, end);
    at = end + 1;
    const separator = line.search(/[=:]/);
    if (separator === -1) {
      if (line.trim() === '') continue;
      throw unreadable('The header contains a line that is neither “Key = value” nor “Key: value”.');
    }
    const key = line.slice(0, separator).trim();
    tags.set(key, line.slice(separator + 1).trim());
    if (key === 'ElementDataFile') return { tags, headerEnd: at };
  }
}

function checkTags(tags: ReadonlyMap<string, string>): void {
  const file = tags.get('ElementDataFile') ?? '';
  if (file.toUpperCase() !== 'LOCAL') {
    throw unreadable(
      `The voxels are in another file (ElementDataFile is “${file.slice(0, 40)}”, not LOCAL). Write a single .mha file.`,
    );
  }
  if (tags.has('BinaryData') && !flag(tags, 'BinaryData')) {
    throw unreadable('The voxels are stored as text (BinaryData = False); they must be binary.');
  }
  const channels = tags.get('ElementNumberOfChannels') ?? '1';
  if (channels !== '1')
    throw unreadable(`The image has ${channels.slice(0, 20)} channels; it must have one.`);
}

function elementType(tags: ReadonlyMap<string, string>): DataType {
  const name = tags.get('ElementType');
  // MetaIO has names for lists of numbers too, with the same voxels.
  const scalar = name?.replace(/_(ARRAY|MATRIX)$/, '') ?? '';
  const dtype = Object.hasOwn(DATA_TYPES, scalar) ? DATA_TYPES[scalar] : undefined;
  if (dtype === undefined) {
    throw unreadable(
      `The element type is ${name?.slice(0, 40) ?? 'missing'}; only integers and floats are supported.`,
    );
  }
  return dtype;
}

function dimensionCount(tags: ReadonlyMap<string, string>): number {
  const count = Number(tags.get('NDims'));
  if (!Number.isInteger(count) || count < 1 || count > 7) {
    throw unreadable(
      `The header has NDims = ${tags.get('NDims')?.slice(0, 20) ?? '(nothing)'}; it must be 3.`,
    );
  }
  return count;
}

function checkShape(sizes: readonly number[]): Triple {
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw unreadable(`The header has DimSize ${sizes.join(' ')}.`);
  }
  if (sizes.slice(3).some((size) => size !== 1)) {
    throw unreadable(`The image has ${sizes.length} dimensions (${sizes.join(' × ')}); it must be 3-D.`);
  }
  return [sizes[0]!, sizes[1] ?? 1, sizes[2] ?? 1];
}

/**
 * Converts direction, spacing and offset in LPS to an affine in RAS. MetaIO stores the directions axis by
 * axis.
 */
function headerAffine(tags: ReadonlyMap<string, string>, n: number): number[] {
  const identity = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  const directions = numbers(tags, ['TransformMatrix', 'Rotation', 'Orientation'], n * n, identity);
  const spacing = numbers(tags, ['ElementSpacing', 'ElementSize'], n, new Array(n).fill(1));
  const origin = numbers(tags, ['Offset', 'Position', 'Origin'], n, new Array(n).fill(0));
  const affine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  for (let row = 0; row < 3; row++) {
    const sign = row < 2 ? -1 : 1;
    for (let axis = 0; axis < 3; axis++) {
      const direction = axis < n && row < n ? directions[axis * n + row]! : Number(axis === row);
      affine[4 * row + axis] = sign * direction * (spacing[axis] ?? 1) || 0;
    }
    affine[4 * row + 3] = sign * (origin[row] ?? 0) || 0;
  }
  if (!affine.every(Number.isFinite)) throw unreadable('The grid in the header contains NaN or infinity.');
  return affine;
}

/** Reads the numbers of the first of `keys` that is present; with a null `fallback`, one must be. */
function numbers(
  tags: ReadonlyMap<string, string>,
  keys: readonly string[],
  count: number,
  fallback: readonly number[] | null,
): readonly number[] {
  const key = keys.find((name) => tags.has(name));
  if (key === undefined) {
    if (fallback === null) throw unreadable(`The header has no ${keys[0]}.`);
    return fallback;
  }
  const values = tags.get(key)!.split(/\s+/).map(Number);
  if (values.length !== count || values.some(Number.isNaN)) {
    throw unreadable(`${key} in the header does not consist of ${count} numbers.`);
  }
  return values;
}

function flag(tags: ReadonlyMap<string, string>, key: string): boolean {
  return /^(t|true|1|yes)$/i.test(tags.get(key) ?? '');
}

/** Bytes behind the voxels are ignored, as common readers do. `headerEnd` is the end of the text. */
function voxelBytes(
  bytes: Uint8Array,
  { tags, headerEnd, size }: { tags: ReadonlyMap<string, string>; headerEnd: number; size: number },
): Uint8Array {
  const isCompressed = flag(tags, 'CompressedData');
  const headerSize = headerSizeOf(tags, headerEnd, isCompressed);
  const start = headerSize === 'at the end' ? bytes.length - size : headerSize;
  const stored = bytes.subarray(Math.max(start, headerEnd));
  if (isCompressed) return unzipFirst(stored, size);
  if (stored.length >= size) return stored.subarray(0, size);
  throw unreadable(
    `The file is truncated: it contains ${stored.length} bytes of voxels, but the header declares ${size}.`,
  );
}

/** Where the voxels start: −1 means that they end with the file. */
function headerSizeOf(
  tags: ReadonlyMap<string, string>,
  headerEnd: number,
  isCompressed: boolean,
): number | 'at the end' {
  const text = tags.get('HeaderSize') ?? '0';
  const headerSize = Number(text);
  if (headerSize === 0) return headerEnd;
  if (headerSize === -1 && !isCompressed) return 'at the end';
  if (Number.isSafeInteger(headerSize) && headerSize >= headerEnd) return headerSize;
  throw unreadable(
    `The header has HeaderSize ${text.slice(0, 20)}; it must be 0, at least the ${headerEnd} bytes of the header, or -1 for uncompressed voxels at the end of the file.`,
  );
}

function unreadable(message: string): SubmissionError {
  return new SubmissionError('UNREADABLE', message);
}
