import type { Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { type Compression, compressionOf } from '#lib/domain/compression.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { tooLargeUnpacked } from './spool.ts';
import { FrameBudget, zstdFrames } from './zstd-frames.ts';

/** What decompression may come to; both act while the data streams. */
export interface ExpansionLimits {
  maxBytes: number;
  /** Output per input byte, looked at once the output is larger than `RATIO_FREE_BYTES`. */
  maxRatio: number;
  zstdFrames: FrameBudget;
}

/** What comes in an archive may be this many times larger unpacked than the archive may be. */
const UNPACKED_FACTOR = 4;
const MAX_RATIO = 200;

/** For one archive and everything in it, by how large the archive itself may be. */
export function expansionLimits(archiveBytes: number): ExpansionLimits {
  return {
    maxBytes: UNPACKED_FACTOR * archiveBytes,
    maxRatio: MAX_RATIO,
    zstdFrames: new FrameBudget(),
  };
}

/** Small archives may be very empty: an image of zeros is no bomb while it stays below this. */
export const RATIO_FREE_BYTES = 64 * 1024 * 1024;
/** zstd windows up to 128 MiB, the most that its tools use unless asked for more. */
const ZSTD_WINDOW_LOG_MAX = 27;

/** An archive's bytes, ended with SubmissionError at the phase's limit whatever was announced. */
export async function* capped(
  archive: Readable,
  maxBytes: number,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new SubmissionError(
        'IMAGE_TOO_LARGE',
        `${what} is larger than the ${maxBytes / 2 ** 20} MiB of this phase.`,
      );
    }
    yield chunk;
  }
}

/**
 * The bytes of `source`, decompressed if they begin like gzip (any number of members) or zstd (any frames).
 * `what` names the source in messages. Throws SubmissionError where the data is damaged or larger than allowed; errors of the
 * source itself pass through.
 */
export async function* decompressed(
  source: AsyncIterable<Buffer>,
  limits: ExpansionLimits,
  what: string,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const input = countBytes(first.value, iterator);
  const compression = compressionOf(first.value);
  let outputBytes = 0;
  for await (const chunk of compression === 'none'
    ? input.chunks
    : inflate(input.chunks, compression, limits.zstdFrames, what)) {
    outputBytes += chunk.length;
    if (outputBytes > limits.maxBytes) {
      throw tooLargeUnpacked(what, limits.maxBytes);
    }
    if (outputBytes > RATIO_FREE_BYTES && outputBytes > limits.maxRatio * input.bytes()) {
      throw new SubmissionError(
        'IMAGE_TOO_LARGE',
        `${what} unpacks to more than ${limits.maxRatio} times its size, as no real image does.`,
      );
    }
    yield chunk;
  }
}

function countBytes(first: Buffer, rest: AsyncIterator<Buffer>) {
  let count = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      count += first.length;
      yield first;
      for (let next = await rest.next(); !next.done; next = await rest.next()) {
        count += next.value.length;
        yield next.value;
      }
    } finally {
      await rest.return?.();
    }
  }
  return { chunks: chunks(), bytes: () => count };
}

async function* inflate(
  input: AsyncIterable<Buffer>,
  compression: Exclude<Compression, 'none'>,
  budget: FrameBudget,
  what: string,
): AsyncGenerator<Buffer> {
  const pieces = compression === 'zstd' ? zstdFrames(input, budget, what) : input;
  const decoder =
    compression === 'gzip'
      ? createGunzip({ chunkSize: 256 * 1024 })
      : createZstdDecompress({
          chunkSize: 256 * 1024,
          params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
        });
  let sourceError: unknown;
  const feeding = feed(pieces, decoder).catch((error) => {
    sourceError = error;
    decoder.destroy();
  });
  try {
    for await (const chunk of decoder as Readable as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SubmissionError(
      'IMAGE_INVALID',
      `${what} is damaged: its ${compression} data can't be read (${reason}).`,
    );
  } finally {
    decoder.destroy();
    await feeding;
  }
  if (sourceError !== undefined) throw sourceError;
}

async function feed(input: AsyncIterable<Buffer>, decoder: NodeJS.WritableStream & { destroyed: boolean }) {
  for await (const chunk of input) {
    if (decoder.destroyed) return;
    if (!decoder.write(chunk)) await drained(decoder);
  }
  decoder.end();
}

/** Resolves when the decoder takes more, or when nobody reads it any longer. */
function drained(decoder: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      decoder.removeListener('drain', done);
      decoder.removeListener('close', done);
      resolve();
    };
    decoder.on('drain', done);
    decoder.on('close', done);
  });
}
