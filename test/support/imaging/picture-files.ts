import { crc32, deflateSync } from 'node:zlib';

/** Small pictures of chosen headers, valid or not, for the readers' tests. */

interface PngOptions {
  width: number;
  height: number;
  /** One byte each; 12 zeros if omitted. */
  pixels?: readonly number[];
  bits?: number;
  interlace?: number;
  /** Of every row. */
  filter?: number;
}

/** A gray PNG. The pixels are those of `pixels`, whatever the header says. */
export function pngFile({ width, height, pixels, bits = 8, interlace = 0, filter = 0 }: PngOptions): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  header[12] = interlace;
  const values = pixels ?? new Array(12).fill(0);
  const rows: number[] = [];
  for (let at = 0; at < values.length; at += Math.max(1, Math.min(width, 12)))
    rows.push(filter, ...values.slice(at, at + Math.max(1, Math.min(width, 12))));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

/** A little-endian gray TIFF of 4 × 3 pixels in one strip behind the header; `tags` replaces or adds numbers. */
export function tiffFile(
  tags: Readonly<Record<number, number | readonly number[]>>,
  strip: Buffer = Buffer.alloc(12),
): Buffer {
  const all = { 256: 4, 257: 3, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 3, 279: strip.length, ...tags };
  const entries = Object.entries(all).map(([tag, value]) => [Number(tag), [value].flat()] as const);
  const padded = Buffer.concat([strip, Buffer.alloc(strip.length % 2)]);
  const directory = 8 + padded.length;
  const ifd = Buffer.alloc(2 + 12 * entries.length + 4);
  const lists: Buffer[] = [];
  let at = directory + ifd.length;
  ifd.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, values], i) => {
    const entry = 2 + 12 * i;
    ifd.writeUInt16LE(tag, entry);
    ifd.writeUInt16LE(4, entry + 2);
    ifd.writeUInt32LE(values.length, entry + 4);
    if (values.length === 1) ifd.writeUInt32LE(values[0]!, entry + 8);
    else {
      const list = Buffer.alloc(4 * values.length);
      values.forEach((value, place) => {
        list.writeUInt32LE(value, 4 * place);
      });
      ifd.writeUInt32LE(at, entry + 8);
      lists.push(list);
      at += list.length;
    }
  });
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(directory, 4);
  return Buffer.concat([head, padded, ifd, ...lists]);
}
