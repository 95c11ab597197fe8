import { swapBytes } from '#runner/imaging/byte-order.ts';
import {
  BYTES_PER_VOXEL,
  bytesOf,
  type DataType,
  type ReadLimits,
  typedView,
  type Volume,
} from '#runner/imaging/volume.ts';
import { checkPalette, checkPictureSize, pictureVolume, unpackBits, unreadablePicture } from './picture.ts';
import { TIFF_DECODERS, type TiffDecoder } from './tiff-codecs.ts';
import { readTiffTags, TAG, type TiffTags } from './tiff-tags.ts';

/**
 * Reads TIFF 6.0 with one page and one channel: gray of 1, 8 or 16 bits or float32, or a palette of 8 bits whose
 * indices are the labels; in strips or tiles; uncompressed, LZW, deflate or PackBits. What readers understand
 * differently (white as 0, another orientation or order of bits) is refused with the name of the tag.
 */

export function looksLikeTiff(bytes: Uint8Array): boolean {
  const [a, b, c, d] = bytes;
  return (
    (a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0) ||
    (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43))
  );
}

/** Width and height of a TIFF of any kind; null if the file is none. Throws SubmissionError UNREADABLE. */
export function tiffSize(bytes: Uint8Array, limits: ReadLimits): [number, number] | null {
  if (!looksLikeTiff(bytes)) return null;
  const tags = readTiffTags(bytes);
  const [width, height] = [tags.one('width'), tags.one('height')];
  checkPictureSize(width, height, width * height, limits);
  return [width, height];
}

/** Reads a `.tif` file. Throws SubmissionError UNREADABLE; uses no more memory than a few times what `limits` allow. */
export function readTiff(bytes: Uint8Array, limits: ReadLimits): Volume {
  if (bytes[2] === 43 || bytes[3] === 43)
    throw unreadablePicture('It is a BigTIFF, for files above 4 GB. Write a classic TIFF.');
  const tags = readTiffTags(bytes);
  checkTags(tags);
  const { dtype, bits } = pixelType(tags);
  const size = BYTES_PER_VOXEL[dtype];
  const [width, height] = [tags.one('width'), tags.one('height')];
  checkPictureSize(width, height, width * height * size, limits);
  const layout = layoutOf(tags, width, height, bits, limits);
  const rows = Buffer.alloc(layout.rowBytes * height);
  for (const [index, part] of partsOf(tags, bytes, layout).entries()) {
    place(rows, decodePart(part, index, layout, tags, dtype), index, layout, height);
  }
  const pixels = bits === 1 ? unpackBits(rows, width, height) : rows;
  const data = typedView(pixels, dtype);
  if (tags.one('photometric') === 3) checkPalette(pixels, paletteOf(tags), 257);
  return pictureVolume('TIFF', [width, height], { dtype, data });
}

function checkTags(tags: TiffTags): void {
  const samples = tags.one('samples', 1);
  const photometric = tags.one('photometric');
  if (samples !== 1 || photometric === 2 || photometric > 3) {
    throw unreadablePicture(
      `It has ${samples} channels (photometric interpretation ${photometric}). Write one channel (gray) of 8 or 16 bits.`,
    );
  }
  if (photometric === 0)
    throw unreadablePicture(
      'Its tag 262 says that 0 is white, which readers treat differently. Write 0 as black (1).',
    );
  for (const name of ['orientation', 'fillOrder'] as const) {
    const value = tags.one(name, 1);
    if (value !== 1) throw unreadablePicture(`Its tag ${TAG[name]} (${name}) is ${value}; it must be 1.`);
  }
}

function pixelType(tags: TiffTags): { dtype: DataType; bits: number } {
  const [bits, format] = [tags.one('bits', 1), tags.one('sampleFormat', 1)];
  const isPalette = tags.one('photometric') === 3;
  const types: Record<string, DataType> = {
    '1 1': 'uint8',
    '8 1': 'uint8',
    '16 1': 'uint16',
    '8 2': 'int8',
    '16 2': 'int16',
    '32 3': 'float32',
  };
  const dtype = Object.hasOwn(types, `${bits} ${format}`) ? types[`${bits} ${format}`] : undefined;
  if (dtype === undefined || (isPalette && !(bits === 8 && format === 1))) {
    throw unreadablePicture(
      `Its pixels have ${bits} bits (sample format ${format}). Write integers of 8 or 16 bits, or a map as float32.`,
    );
  }
  const predictor = tags.one('predictor', 1);
  if (predictor !== 1 && !(predictor === 2 && bits >= 8 && bits <= 16))
    throw unreadablePicture(
      `Its predictor ${predictor} isn’t supported for ${bits} bits. Write it without one.`,
    );
  return { dtype, bits };
}

interface Layout {
  /** Bytes of a row of the picture, and of a strip or tile. */
  rowBytes: number;
  partRowBytes: number;
  partHeight: number;
  partsAcross: number;
  count: number;
  isTiled: boolean;
  decode: TiffDecoder;
}

function layoutOf(tags: TiffTags, width: number, height: number, bits: number, limits: ReadLimits): Layout {
  const compression = tags.one('compression', 1);
  const decode = Object.hasOwn(TIFF_DECODERS, compression) ? TIFF_DECODERS[compression] : undefined;
  if (decode === undefined)
    throw unreadablePicture(
      `Its compression ${compression} isn’t supported. Use none, LZW, deflate or PackBits.`,
    );
  const isTiled = tags.all('tileWidth').length > 0;
  const partWidth = isTiled ? tags.one('tileWidth') : width;
  const partHeight = isTiled ? tags.one('tileHeight') : Math.min(tags.one('rowsPerStrip', height), height);
  if (partWidth < 1 || partHeight < 1 || (isTiled && bits === 1 && partWidth % 8 !== 0))
    throw unreadablePicture(`Its strips or tiles have ${partWidth} × ${partHeight} pixels.`);
  const bytesOfRow = (pixels: number) => Math.ceil((pixels * bits) / 8);
  const partsAcross = Math.ceil(width / partWidth);
  const layout = {
    rowBytes: bytesOfRow(width),
    partRowBytes: bytesOfRow(partWidth),
    partHeight,
    partsAcross,
    count: partsAcross * Math.ceil(height / partHeight),
    isTiled,
    decode,
  };
  checkPictureSize(partWidth, partHeight, layout.partRowBytes * partHeight, limits);
  return layout;
}

/**
 * The compressed strips or tiles. Together they can't be larger than the file, so that the work of decoding is bounded
 * by its size, however often the tags name the same bytes.
 */
function partsOf(tags: TiffTags, bytes: Uint8Array, { count, isTiled }: Layout): Uint8Array[] {
  const offsets = tags.all(isTiled ? 'tileOffsets' : 'stripOffsets');
  const sizes = tags.all(isTiled ? 'tileSizes' : 'stripSizes');
  if (offsets.length !== count || sizes.length !== count) {
    throw unreadablePicture(
      `It has ${offsets.length} offsets and ${sizes.length} sizes for ${count} strips or tiles.`,
    );
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > bytes.length || offsets.some((offset, i) => offset + sizes[i]! > bytes.length)) {
    throw unreadablePicture(
      `It is truncated: its strips or tiles have ${total} bytes and don’t fit into the ${bytes.length} bytes of the file.`,
    );
  }
  return offsets.map((offset, i) => bytes.subarray(offset, offset + sizes[i]!));
}

/** One strip or tile, in the machine's byte order. */
function decodePart(
  part: Uint8Array,
  index: number,
  { partRowBytes, partHeight, decode }: Layout,
  tags: TiffTags,
  dtype: DataType,
): Uint8Array {
  let pixels = decode(part, partRowBytes * partHeight);
  const size = BYTES_PER_VOXEL[dtype];
  if (pixels.length % partRowBytes !== 0)
    throw unreadablePicture(`It is truncated: strip or tile ${index} ends within a row.`);
  if (!tags.littleEndian) pixels = swapBytes(pixels, dtype);
  if (tags.one('predictor', 1) !== 2) return pixels;
  // Horizontal differencing: each pixel is stored as the difference to the one on its left.
  const copy = Buffer.allocUnsafeSlow(pixels.length);
  copy.set(pixels);
  const values = typedView(copy, dtype) as Uint8Array | Uint16Array;
  const width = partRowBytes / size;
  for (let i = 0; i < values.length; i++) if (i % width !== 0) values[i]! += values[i - 1]!;
  return bytesOf(values);
}

/** Copies the rows of a strip or tile to where they belong. Only what lies beyond the picture may be missing. */
function place(rows: Buffer, part: Uint8Array, index: number, layout: Layout, height: number): void {
  const { rowBytes, partRowBytes, partHeight, partsAcross } = layout;
  const top = Math.floor(index / partsAcross) * partHeight;
  const left = (index % partsAcross) * partRowBytes;
  const count = Math.min(partHeight, height - top);
  if (part.length < count * partRowBytes) {
    throw unreadablePicture(
      `It is truncated: strip or tile ${index} has ${part.length} bytes instead of ${count * partRowBytes}.`,
    );
  }
  const length = Math.min(partRowBytes, rowBytes - left);
  for (let y = 0; y < count; y++) {
    rows.set(part.subarray(y * partRowBytes, y * partRowBytes + length), (top + y) * rowBytes + left);
  }
}

/** The entries of the color map: all reds, then all greens and all blues. */
function paletteOf(tags: TiffTags): [number, number, number][] {
  const map = tags.all('colorMap');
  if (map.length !== 768) throw unreadablePicture('Its palette is missing or incomplete.');
  return Array.from({ length: 256 }, (_, i) => [map[i]!, map[256 + i]!, map[512 + i]!]);
}
