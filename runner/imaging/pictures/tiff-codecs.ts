import { zlibUpTo } from '#runner/imaging/inflate.ts';
import { unreadablePicture } from './picture.ts';

/** Decompression of one strip or tile of a TIFF. Every decoder stops at `limit` bytes. */
export type TiffDecoder = (bytes: Uint8Array, limit: number) => Uint8Array;

/** By the number in the tag Compression. */
export const TIFF_DECODERS: Readonly<Record<number, TiffDecoder>> = {
  1: (bytes, limit) => bytes.subarray(0, limit),
  5: decodeLzw,
  8: zlibUpTo,
  32946: zlibUpTo,
  32773: decodePackBits,
};

/** TIFF 6.0, section 9. */
function decodePackBits(bytes: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  let length = 0;
  let at = 0;
  while (at < bytes.length && length < limit) {
    const head = bytes[at++]!;
    if (head === 128) continue;
    if (head < 128) {
      const literal = bytes.subarray(at, at + Math.min(head + 1, limit - length));
      out.set(literal, length);
      length += literal.length;
      at += head + 1;
    } else {
      if (at >= bytes.length) break;
      const end = Math.min(length + 257 - head, limit);
      out.fill(bytes[at++]!, length, end);
      length = end;
    }
  }
  return out.subarray(0, length);
}

const CLEAR = 256;
const END = 257;
const MAX_CODES = 4096;

/** TIFF 6.0, section 13: codes of 9 to 12 bits, most significant bit first. */
function decodeLzw(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes[0] === 0 && (bytes[1]! & 1) === 1)
    throw unreadablePicture('Its LZW compression is of an old, incompatible form. Write it with deflate.');
  const out = new Uint8Array(limit);
  // Each code stands for bytes that were written before: where they start, and how many.
  const [start, size] = [new Int32Array(MAX_CODES), new Int32Array(MAX_CODES)];
  let [next, bits, buffer, available, at, length] = [END + 1, 9, 0, 0, 0, 0];
  let before = { start: 0, size: 0 };
  while (length < limit) {
    while (available < bits && at < bytes.length) {
      buffer = ((buffer << 8) | bytes[at++]!) & 0xff_ffff;
      available += 8;
    }
    if (available < bits) break;
    available -= bits;
    const code = (buffer >>> available) & ((1 << bits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, bits] = [END + 1, 9];
      before = { start: 0, size: 0 };
      continue;
    }
    if (code > next || (code >= END + 1 && before.size === 0) || (code === next && before.size === 0))
      throw unreadablePicture('It is corrupt: an LZW code is out of range.');
    const from = length;
    if (code < CLEAR) out[length++] = code;
    else {
      // A code that is defined only now stands for the bytes before it and their first byte.
      const known =
        code < next
          ? { start: start[code]!, size: size[code]! }
          : { start: before.start, size: before.size + 1 };
      const end = Math.min(length + known.size, limit);
      for (let source = known.start; length < end; source++) out[length++] = out[source]!;
    }
    if (before.size > 0 && next < MAX_CODES) {
      start[next] = before.start;
      size[next] = before.size + 1;
      next++;
    }
    before = { start: from, size: length - from };
    // The width grows one code early.
    bits = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
  }
  return out.subarray(0, length);
}
