import { gunzipSync, unzipSync } from 'node:zlib';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';

/**
 * Decompression of untrusted data. The output size is always known in advance and the output is a single
 * buffer of exactly that size, so a decompression bomb costs no more than a valid file.
 */

/** Deflate encodes at most a match of 258 bytes in 1 bit, which bounds the expansion by this factor. */
const MAX_DEFLATE_RATIO = 1032;

/** Memory limit while peeking at a header. */
const PEEK_LIMIT_BYTES = 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a complete gzip file (any number of members, with optional zero padding at the end) that must
 * contain exactly `size` bytes. Verifies the checksums and lengths in the trailers.
 *
 * @throws SubmissionError UNREADABLE if it is truncated or corrupt, or contains fewer or more bytes.
 */
export function gunzipExactly(bytes: Uint8Array, size: number): Uint8Array {
  return inflateExactly(gunzipSync, bytes, size);
}

/** Like gunzipExactly, for a zlib stream (or gzip, which some MetaImage writers use). */
export function unzipExactly(bytes: Uint8Array, size: number): Uint8Array {
  return inflateExactly(unzipSync, bytes, size);
}

function inflateExactly(inflate: typeof gunzipSync, bytes: Uint8Array, size: number): Uint8Array {
  if (size > bytes.length * MAX_DEFLATE_RATIO) {
    throw new SubmissionError(
      'UNREADABLE',
      `The header declares ${size} bytes of data, but the ${bytes.length} compressed bytes can’t contain that many.`,
    );
  }
  let out: Uint8Array;
  try {
    // One byte larger than declared, so that zlib reaches the end of the stream (and checks the trailer) in
    // the same call and detects an overlong stream at its first excess byte.
    out = inflate(bytes, { chunkSize: Math.max(size + 1, 64), maxOutputLength: size });
  } catch (error) {
    throw unreadable(error, size);
  }
  if (out.length < size) {
    throw new SubmissionError(
      'UNREADABLE',
      `The file contains ${out.length} bytes, but its header declares ${size}.`,
    );
  }
  return out;
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
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return 'too much';
    throw unreadable(error, null);
  }
}

function unreadable(error: unknown, size: number | null): SubmissionError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    return new SubmissionError(
      'UNREADABLE',
      `The compressed data contains more than the ${size} bytes that the header declares.`,
    );
  }
  if (code === 'Z_BUF_ERROR') {
    return new SubmissionError('UNREADABLE', 'The file is truncated: its compressed data ends too early.');
  }
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') {
    return new SubmissionError('UNREADABLE', `The compressed data is corrupt (zlib: ${message}).`);
  }
  throw error;
}
