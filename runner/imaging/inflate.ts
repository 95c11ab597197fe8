import { gunzipSync, inflateSync, unzipSync } from 'node:zlib';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';

/**
 * Decompression of untrusted data. The output size is always known in advance and the output is a single
 * buffer of that size, so a decompression bomb costs little more than a valid file.
 */

/**
 * Bytes behind the voxels of a compressed file that are decompressed and ignored, as common readers ignore
 * them. There must be a limit, because the checksum at the end of the stream covers them.
 */
export const MAX_TRAILING_BYTES = 1024 * 1024;

/** Deflate encodes at most a match of 258 bytes in 1 bit, which bounds the expansion by this factor. */
const MAX_DEFLATE_RATIO = 1032;

/** Memory limit while peeking at a header. */
const PEEK_LIMIT_BYTES = 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a complete gzip file (any number of members, with optional zero padding at the end) and returns
 * its first `size` bytes. At most MAX_TRAILING_BYTES may follow them. Verifies the checksums and lengths in the
 * trailers.
 *
 * @throws SubmissionError UNREADABLE if it is truncated or corrupt, or contains too few or too many bytes.
 */
export function gunzipFirst(bytes: Uint8Array, size: number): Uint8Array {
  return inflateFirst(gunzipSync, bytes, size);
}

/** Like gunzipFirst, for a zlib stream (or gzip, which some MetaImage writers use). */
export function unzipFirst(bytes: Uint8Array, size: number): Uint8Array {
  return inflateFirst(unzipSync, bytes, size);
}

/** Like gunzipFirst, for a zlib stream alone. */
export function zlibFirst(bytes: Uint8Array, size: number): Uint8Array {
  return inflateFirst(inflateSync, bytes, size);
}

/** Decompresses a zlib stream of at most `limit` bytes. Throws SubmissionError UNREADABLE. */
export function zlibUpTo(bytes: Uint8Array, limit: number): Uint8Array {
  const out = inflateUpTo(inflateSync, bytes, limit);
  if (out !== null) return out;
  throw new SubmissionError(
    'UNREADABLE',
    `A part of the image contains more than the ${limit} bytes that belong there.`,
  );
}

function inflateFirst(inflate: typeof gunzipSync, bytes: Uint8Array, size: number): Uint8Array {
  if (size > bytes.length * MAX_DEFLATE_RATIO) {
    throw new SubmissionError(
      'UNREADABLE',
      `The header declares ${size} bytes of data, but the ${bytes.length} compressed bytes can’t contain that many.`,
    );
  }
  // Nearly every file ends with its voxels. One with bytes behind them is decompressed a second time.
  const out = inflateUpTo(inflate, bytes, size) ?? inflateUpTo(inflate, bytes, size + MAX_TRAILING_BYTES);
  if (out === null) {
    throw new SubmissionError(
      'UNREADABLE',
      `The header declares ${size} bytes, but the compressed data contains more than ${MAX_TRAILING_BYTES} bytes behind them.`,
    );
  }
  if (out.length < size) {
    throw new SubmissionError(
      'UNREADABLE',
      `The file contains ${out.length} bytes, but its header declares ${size}.`,
    );
  }
  return out.subarray(0, size);
}

/** null if the data is longer than `limit`. */
function inflateUpTo(inflate: typeof gunzipSync, bytes: Uint8Array, limit: number): Uint8Array | null {
  try {
    // One byte larger than allowed, so that zlib reaches the end of the stream (and checks the trailer) in the
    // same call and detects an overlong stream at its first excess byte.
    return inflate(bytes, { chunkSize: Math.max(limit + 1, 64), maxOutputLength: limit });
  } catch (error) {
    if (isTooLarge(error)) return null;
    throw unreadable(error);
  }
}

/**
 * Returns the first bytes of a gzip file: at least `minBytes`, unless the file contains fewer. Reads only a
 * little of a valid file, and never uses more than 1 MiB of memory for a malicious one.
 */
export function peekGunzip(bytes: Uint8Array, minBytes: number): Uint8Array {
  let low = 0;
  let taken = Math.min(192, bytes.length);
  let high = Number.POSITIVE_INFINITY;
  for (;;) {
    const out = gunzipStart(bytes.subarray(0, taken));
    if (out === 'too much') high = taken;
    else if (out.length >= minBytes || taken === bytes.length) return out;
    else low = taken;
    // Double the input until the output is too large, then bisect: one more byte of input gives at most 1032
    // bytes.
    taken = high === Number.POSITIVE_INFINITY ? Math.min(taken * 2, bytes.length) : (low + high) >>> 1;
  }
}

function gunzipStart(bytes: Uint8Array): Uint8Array | 'too much' {
  try {
    // 2 is Z_SYNC_FLUSH: return what is available, because the input is only the start of the file.
    return gunzipSync(bytes, { finishFlush: 2, maxOutputLength: PEEK_LIMIT_BYTES });
  } catch (error) {
    if (isTooLarge(error)) return 'too much';
    throw unreadable(error);
  }
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

function unreadable(error: unknown): SubmissionError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return new SubmissionError('UNREADABLE', 'The file is truncated: its compressed data ends too early.');
  }
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') {
    return new SubmissionError('UNREADABLE', `The compressed data is corrupt (zlib: ${message}).`);
  }
  throw error;
}
