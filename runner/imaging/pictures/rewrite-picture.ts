import { crc32 } from 'node:zlib';
import { unreadablePicture } from './picture.ts';

/**
 * Copies pictures without what could name a patient, a site or a person: text, times, EXIF, profiles and bytes that no
 * tag refers to. The pixels stay as they are stored, whatever their number of channels.
 */

const PNG_SIGNATURE_BYTES = 8;
/** What the colors of the pixels depend on; all other chunks are left out. */
const PNG_CHUNKS = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'pHYs']);

/** @throws SubmissionError UNREADABLE if the file is damaged. */
export function rewritePng(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Buffer[] = [file.subarray(0, PNG_SIGNATURE_BYTES)];
  for (let at = PNG_SIGNATURE_BYTES; at + 12 <= file.length; ) {
    const type = file.toString('latin1', at + 4, at + 8);
    const end = at + 12 + file.readUInt32BE(at);
    if (end > file.length) break;
    if (crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4))
      throw unreadablePicture('It is corrupt: the checksum of a chunk is wrong.');
    if (PNG_CHUNKS.has(type)) kept.push(file.subarray(at, end));
    if (type === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  throw unreadablePicture('It is truncated: its last chunk, IEND, is missing.');
}

/** Bytes of a value of each type; 2 is text, 13 the offset of a directory. */
const TIFF_TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
};

/** Tags that say how the pixels are stored and shown. 273 and 324 are where they are, 279 and 325 how long. */
const TIFF_TAGS = new Set([
  254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 320, 322, 323, 324,
  325, 338, 339, 340, 341, 347, 529, 530, 531, 532,
]);
const PARTS = [
  [273, 279],
  [324, 325],
] as const;
const MAX_PAGES = 10_000;

/** @throws SubmissionError UNREADABLE if the file is damaged. */
export function rewriteTiff(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = byteOrderOf(file);
  if (order.u16(2) !== 42)
    throw unreadablePicture('It is a BigTIFF, for files above 4 GB. Write a classic TIFF.');
  const written: Buffer[] = [file.subarray(0, 4), Buffer.alloc(4)];
  let length = 8;
  const append = (content: Buffer): number => {
    const at = length;
    written.push(content, Buffer.alloc(content.length % 2));
    length += content.length + (content.length % 2);
    return at;
  };
  /** Where the offset of the next page is to be written. */
  let link = { buffer: written[1]!, at: 0 };
  let pages = 0;
  for (let at = order.u32(4); at !== 0; pages++) {
    if (pages === MAX_PAGES) throw unreadablePicture(`It has more than ${MAX_PAGES} pages.`);
    const { entries, next } = readPage(order, at);
    const page = writePage(order, entries, append);
    order.put32(link.buffer, link.at, append(page));
    link = { buffer: page, at: page.length - 4 };
    at = next;
  }
  if (pages === 0) throw unreadablePicture('It has no page.');
  return Buffer.concat(written);
}

function byteOrderOf(file: Buffer) {
  const isLittle = file[0] === 0x49;
  const inside = (at: number, size: number): number => {
    if (at + size > file.length) throw unreadablePicture('It is truncated, or an offset in it is wrong.');
    return at;
  };
  return {
    u16: (at: number) => (isLittle ? file.readUInt16LE(inside(at, 2)) : file.readUInt16BE(inside(at, 2))),
    u32: (at: number) => (isLittle ? file.readUInt32LE(inside(at, 4)) : file.readUInt32BE(inside(at, 4))),
    bytes: (at: number, size: number) => file.subarray(inside(at, size), at + size),
    put16: (to: Buffer, at: number, value: number) =>
      isLittle ? to.writeUInt16LE(value, at) : to.writeUInt16BE(value, at),
    put32: (to: Buffer, at: number, value: number) =>
      isLittle ? to.writeUInt32LE(value, at) : to.writeUInt32BE(value, at),
    read: (from: Buffer, at: number, size: number) => {
      if (size === 2) return isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at);
      return isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at);
    },
  };
}
type Order = ReturnType<typeof byteOrderOf>;

interface Entry {
  tag: number;
  type: number;
  count: number;
  value: Buffer;
}

function readPage(order: Order, at: number): { entries: Entry[]; next: number } {
  const count = order.u16(at);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const entry = at + 2 + index * 12;
    const [tag, type, values] = [order.u16(entry), order.u16(entry + 2), order.u32(entry + 4)];
    const size = (TIFF_TYPE_BYTES[type] ?? 0) * values;
    if (!TIFF_TAGS.has(tag) || size === 0) continue;
    const value = order.bytes(size <= 4 ? entry + 8 : order.u32(entry + 8), size);
    entries.push({ tag, type, count: values, value });
  }
  return { entries, next: order.u32(at + 2 + count * 12) };
}

function writePage(order: Order, entries: readonly Entry[], append: (content: Buffer) => number): Buffer {
  const moved = entries.map((entry) => moveParts(order, entry, entries, append));
  const page = Buffer.alloc(2 + moved.length * 12 + 4);
  order.put16(page, 0, moved.length);
  for (const [index, { tag, type, count, value }] of moved.entries()) {
    const at = 2 + index * 12;
    order.put16(page, at, tag);
    order.put16(page, at + 2, type);
    order.put32(page, at + 4, count);
    if (value.length <= 4) value.copy(page, at + 8);
    else order.put32(page, at + 8, append(value));
  }
  return page;
}

/** The offsets of strips or tiles become those of their copies. */
function moveParts(
  order: Order,
  entry: Entry,
  entries: readonly Entry[],
  append: (content: Buffer) => number,
): Entry {
  const parts = PARTS.find(([offsets]) => offsets === entry.tag);
  if (!parts) return entry;
  const offsets = numbersOf(order, entry);
  const lengths = entries.filter(({ tag }) => tag === parts[1]).flatMap((one) => numbersOf(order, one));
  if (lengths.length !== offsets.length) {
    throw unreadablePicture(
      `It has ${offsets.length} offsets and ${lengths.length} sizes for its strips or tiles.`,
    );
  }
  const value = Buffer.alloc(offsets.length * 4);
  for (const [index, offset] of offsets.entries())
    order.put32(value, index * 4, append(order.bytes(offset, lengths[index]!)));
  return { ...entry, type: 4, value };
}

function numbersOf(order: Order, { type, count, value }: Entry): number[] {
  const size = TIFF_TYPE_BYTES[type];
  if (size !== 2 && size !== 4) throw unreadablePicture('An offset or a size in it is no whole number.');
  return Array.from({ length: count }, (_, index) => order.read(value, index * size, size));
}
