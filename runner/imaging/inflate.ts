import { gunzipSync, unzipSync } from 'node:zlib';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';

/**
 * Decompression that trusts nobody. How many bytes may come out is always known before it starts, and the
 * output is one buffer of exactly that size, so that a bomb of any kind costs no more than an honest file.
 */

/** Deflate can't do better than 1 bit for a match of 258 bytes: nothing expands by more than this. */
const MAX_DEFLATE_RATIO = 1032;

/** Room for a header while peeking; a peek never takes more memory than this. */
const PEEK_LIMIT_BYTES = 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflate a whole gzip file (any number of members, zero padding allowed behind the last one) that must hold
 * exactly `size` bytes. Checksums and lengths in the trailers are verified.
 *
 * @throws SubmissionError UNREADABLE where it is truncated or corrupt, or holds fewer or more bytes.
 */
export function gunzipExactly(bytes: Uint8Array, size: number): Uint8Array {
  return inflateExactly(gunzipSync, bytes, size);
}

/** As gunzipExactly, for a zlib stream (or gzip, which some writers of MetaImage use). */
export function unzipExactly(bytes: Uint8Array, size: number): Uint8Array {
  return inflateExactly(unzipSync, bytes, size);
}

function inflateExactly(inflate: typeof gunzipSync, bytes: Uint8Array, size: number): Uint8Array {
  if (size > bytes.length * MAX_DEFLATE_RATIO) {
    throw new SubmissionError(
      'UNREADABLE',
      `The header promises ${size} bytes, more than ${bytes.length} compressed bytes can hold.`,
    );
  }
  let out: Uint8Array;
  try {
    // One byte more than promised: zlib then sees the end of the stream (and checks the trailer) in the same
    // call, and an overlong stream is noticed at its first excess byte.
    out = inflate(bytes, { chunkSize: Math.max(size + 1, 64), maxOutputLength: size });
  } catch (error) {
    throw unreadable(error, size);
  }
  if (out.length < size) {
    throw new SubmissionError(
      'UNREADABLE',
      `The file holds ${out.length} bytes where its header promises ${size}.`,
    );
  }
  return out;
}

/**
 * The first bytes of a gzip file: at least `wanted`, unless the whole file holds fewer. Reads little of the
 * input where the file is honest, and never takes more than 1 MiB where it is not.
 */
export function peekGunzip(bytes: Uint8Array, wanted: number): Uint8Array {
  let low = 0;
  let taken = Math.min(192, bytes.length);
  let high = Number.POSITIVE_INFINITY;
  for (;;) {
    const out = gunzipStart(bytes.subarray(0, taken));
    if (out === 'too much') high = taken;
    else if (out.length >= wanted || taken === bytes.length) return out;
    else low = taken;
    // Double until too much comes out, then halve the interval: one more byte of input gives at most 1032.
    taken = high === Number.POSITIVE_INFINITY ? Math.min(taken * 2, bytes.length) : (low + high) >>> 1;
  }
}

function gunzipStart(bytes: Uint8Array): Uint8Array | 'too much' {
  try {
    // 2 is Z_SYNC_FLUSH: give what there is, the end of the input is not the end of the file.
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
      `The compressed data holds more than the ${size} bytes that the header promises.`,
    );
  }
  if (code === 'Z_BUF_ERROR') {
    return new SubmissionError('UNREADABLE', 'The compressed data ends too early: the file is truncated.');
  }
  if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT') {
    return new SubmissionError('UNREADABLE', `The compressed data is corrupt (zlib: ${message}).`);
  }
  throw error;
}
