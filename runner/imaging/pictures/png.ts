import { crc32 } from 'node:zlib';
import { swapBytes } from '#runner/imaging/byte-order.ts';
import { zlibFirst } from '#runner/imaging/inflate.ts';
import { type ReadLimits, typedView, type Volume } from '#runner/imaging/volume.ts';
import { checkPalette, checkPictureSize, pictureVolume, unpackBits, unreadablePicture } from './picture.ts';

/**
 * Reads PNG (ISO/IEC 15948) with one channel: gray of 1, 8 or 16 bits as stored, or a palette of 8 bits whose indices
 * are the labels. Gray of 2 and 4 bits is refused, because readers scale it differently; so are interlaced pictures,
 * which no program writes for labels. Checksums of the chunks that matter are verified.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KINDS: Readonly<Record<number, string>> = {
  2: 'RGB',
  4: 'gray with transparency',
  6: 'RGB with transparency',
};

export function looksLikePng(bytes: Uint8Array): boolean {
  return bytes.length >= SIGNATURE.length && SIGNATURE.every((value, at) => bytes[at] === value);
}

/** Width and height of a PNG of any kind; null if the file is none. Throws SubmissionError UNREADABLE. */
export function pngSize(bytes: Uint8Array, limits: ReadLimits): [number, number] | null {
  if (!looksLikePng(bytes)) return null;
  const { header } = chunksOf(bytes);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  checkPictureSize(width, height, width * height, limits);
  return [width, height];
}

/** Reads a `.png` file. Throws SubmissionError UNREADABLE; uses no more memory than `limits` allow. */
export function readPng(bytes: Uint8Array, limits: ReadLimits): Volume {
  const { header, palette, data } = chunksOf(bytes);
  const { width, height, bits, hasPalette } = parseHeader(header);
  const rowBytes = Math.ceil((width * bits) / 8);
  const bytesPerPixel = bits === 16 ? 2 : 1;
  checkPictureSize(width, height, Math.max(width * bytesPerPixel, rowBytes + 1) * height, limits);
  const filtered = zlibFirst(Buffer.concat(data), (rowBytes + 1) * height);
  const rows = unfilter(filtered, height, rowBytes, bytesPerPixel);
  if (bits === 16) {
    const swapped = swapBytes(rows, 'uint16');
    return pictureVolume('PNG', [width, height], { dtype: 'uint16', data: typedView(swapped, 'uint16') });
  }
  const pixels = bits === 1 ? unpackBits(rows, width, height) : rows;
  if (hasPalette) checkPalette(pixels, paletteOf(palette), 1);
  return pictureVolume('PNG', [width, height], { dtype: 'uint8', data: typedView(pixels, 'uint8') });
}

interface Chunks {
  header: Buffer;
  palette: Buffer | null;
  data: Buffer[];
}

function chunksOf(bytes: Uint8Array): Chunks {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: Buffer | null = null;
  let palette: Buffer | null = null;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (end + 4 > file.length) break;
    const content = file.subarray(at + 8, end);
    if (header === null && type !== 'IHDR') throw unreadablePicture('It doesn’t begin with the chunk IHDR.');
    // Chunks that a reader may ignore have a small first letter.
    if (type[0]! < 'a' && crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end))
      throw unreadablePicture('It is corrupt: the checksum of a chunk is wrong.');
    if (type === 'IHDR') header = checkLength(content);
    else if (type === 'PLTE') palette = content;
    else if (type === 'IDAT') data.push(content);
    else if (type === 'IEND') return { header: header!, palette, data };
    at = end + 4;
  }
  throw unreadablePicture('It is truncated: its last chunk, IEND, is missing.');
}

function checkLength(header: Buffer): Buffer {
  if (header.length === 13) return header;
  throw unreadablePicture(`Its chunk IHDR has ${header.length} bytes, not 13.`);
}

function parseHeader(header: Buffer) {
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [bits, kind, compression, filter, interlace] = header.subarray(8) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (kind !== 0 && kind !== 3) {
    throw unreadablePicture(
      `Its pixels are ${KINDS[kind] ?? `of the unknown type ${kind}`}. Write one channel (gray) of 8 or 16 bits.`,
    );
  }
  if (!(bits === 8 || (kind === 0 && (bits === 1 || bits === 16))))
    throw unreadablePicture(`Its pixels have ${bits} bits. Write one channel of 8 or 16 bits.`);
  if (compression !== 0 || filter !== 0)
    throw unreadablePicture('Its compression or filter method is unknown.');
  if (interlace !== 0) throw unreadablePicture('It is interlaced. Write it without interlacing.');
  return { width, height, bits, hasPalette: kind === 3 };
}

function paletteOf(chunk: Buffer | null): [number, number, number][] {
  if (chunk === null || chunk.length % 3 !== 0 || chunk.length > 768)
    throw unreadablePicture('Its palette is missing or incomplete.');
  return Array.from({ length: chunk.length / 3 }, (_, i) => [
    chunk[3 * i]!,
    chunk[3 * i + 1]!,
    chunk[3 * i + 2]!,
  ]);
}

/** Undoes the filter of each row (PNG, clause 9); each row follows a byte that names its filter. */
function unfilter(filtered: Uint8Array, height: number, rowBytes: number, step: number): Uint8Array {
  const rows = Buffer.allocUnsafeSlow(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const filter = filtered[from]!;
    if (filter > 4) throw unreadablePicture(`Row ${y} has the unknown filter ${filter}.`);
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x >= step ? rows[to + x - step]! : 0;
      const up = y > 0 ? rows[to + x - rowBytes]! : 0;
      const corner = x >= step && y > 0 ? rows[to + x - rowBytes - step]! : 0;
      rows[to + x] = filtered[from + 1 + x]! + predicted(filter, left, up, corner);
    }
  }
  return rows;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
