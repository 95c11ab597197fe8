import { Buffer } from 'buffer/index.js';
import {
  deflate,
  gzip,
  Z_BUF_ERROR,
  Z_DATA_ERROR,
  Z_FINISH,
  Z_NEED_DICT,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';

/**
 * What the sealing code uses of `node:zlib`, for browsers: the same limits, errors and bytes, by a port of the zlib that
 * Node has. DecompressionStream can't be called synchronously and says too little about damaged files.
 */

interface InflateOptions {
  chunkSize?: number;
  maxOutputLength?: number;
  finishFlush?: number;
}

/** Bits of zlib's `windowBits`: 15 for the window, 16 for gzip, 32 for gzip or zlib by its first bytes. */
const WINDOW = { zlib: 15, gzip: 15 + 16, either: 15 + 32 };
const CHUNK_BYTES = 16 * 1024;

export const gunzipSync = (bytes: Uint8Array, options?: InflateOptions) =>
  inflateAll(bytes, WINDOW.gzip, options);
export const unzipSync = (bytes: Uint8Array, options?: InflateOptions) =>
  inflateAll(bytes, WINDOW.either, options);
export const inflateSync = (bytes: Uint8Array, options?: InflateOptions) =>
  inflateAll(bytes, WINDOW.zlib, options);

export const gzipSync = (bytes: Uint8Array, { level = 6 }: { level?: number } = {}) =>
  asBuffer(gzip(bytes, { level }));
export const deflateSync = (bytes: Uint8Array, { level = 6 }: { level?: number } = {}) =>
  asBuffer(deflate(bytes, { level }));

function inflateAll(
  bytes: Uint8Array,
  windowBits: number,
  { chunkSize = CHUNK_BYTES, maxOutputLength = 2 ** 31 - 1, finishFlush = Z_FINISH }: InflateOptions = {},
): Buffer {
  const stream = new ZStream();
  check(zlibInflateInit2(stream, windowBits), stream, true);
  stream.input = bytes;
  stream.avail_in = bytes.length;
  const parts: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    if (stream.avail_out === 0) {
      stream.output = new Uint8Array(chunkSize);
      stream.next_out = 0;
      stream.avail_out = chunkSize;
    }
    const from = stream.next_out;
    const status = inflateMembers(stream, finishFlush, windowBits);
    check(status, stream, finishFlush === Z_FINISH);
    if (stream.next_out > from) parts.push(stream.output.subarray(from, stream.next_out));
    total += stream.next_out - from;
    if (total > maxOutputLength) throw coded('ERR_BUFFER_TOO_LARGE', `More than ${maxOutputLength} bytes`);
    if (stream.avail_out > 0) break;
  }
  return parts.length === 1 ? asBuffer(parts[0]!) : Buffer.concat(parts);
}

/** Files may consist of several gzip members; zeros behind the last one are padding. */
function inflateMembers(stream: ZStream, flush: number, windowBits: number): number {
  let status: number = zlibInflate(stream, flush as typeof Z_FINISH);
  const isGzip = windowBits !== WINDOW.zlib && stream.input[0] === 0x1f && stream.input[1] === 0x8b;
  while (isGzip && status === Z_STREAM_END && stream.avail_in > 0 && stream.input[stream.next_in] !== 0) {
    zlibInflateReset(stream);
    status = zlibInflate(stream, flush as typeof Z_FINISH);
  }
  return status;
}

function check(status: number, stream: ZStream, isEnd: boolean): void {
  if (status === Z_STREAM_END) return;
  if (status === Z_OK || status === Z_BUF_ERROR) {
    if (stream.avail_out > 0 && isEnd && stream.output) throw coded('Z_BUF_ERROR', 'unexpected end of file');
    return;
  }
  if (status === Z_NEED_DICT) throw coded('Z_NEED_DICT', 'Missing dictionary');
  const code = status === Z_DATA_ERROR ? 'Z_DATA_ERROR' : 'Z_STREAM_ERROR';
  throw coded(code, stream.msg || 'Zlib error');
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, length);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array, start = 0): number {
  let crc = ~start;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
