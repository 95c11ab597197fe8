import type { Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { type Compression, compressionOf } from '#lib/domain/compression.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { unpackedTooLarge } from './spool.ts';
import { FrameBudget, zstdFrames } from './zstd-frames.ts';

/** Limits on decompressed data, enforced while the data streams. */
export interface ExpansionLimits {
  maxBytes: number;
  /** Maximum output per input byte, checked once the output exceeds `RATIO_FREE_BYTES`. */
  maxRatio: number;
  zstdFrames: FrameBudget;
}

/** Unpacked content may be this many times larger than the size limit of the archive. */
const UNPACKED_FACTOR = 4;
const MAX_RATIO = 200;

/** The limits for one archive and everything in it, derived from the size limit of the archive. */
export function expansionLimits(archiveBytes: number): ExpansionLimits {
  return {
    maxBytes: UNPACKED_FACTOR * archiveBytes,
    maxRatio: MAX_RATIO,
    zstdFrames: new FrameBudget(),
  };
}

/** Below this size any compression ratio is allowed: a small image may consist mostly of zeros. */
export const RATIO_FREE_BYTES = 64 * 1024 * 1024;
/** Allows windows up to 128 MiB, the largest that zstd tools use by default. */
const ZSTD_WINDOW_LOG_MAX = 27;

/** Passes an archive through and throws SubmissionError at the size limit, whatever size was announced. */
export async function* limitSize(
  archive: Readable,
  maxBytes: number,
  label: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of archive as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new SubmissionError(
        'IMAGE_TOO_LARGE',
        `${label} is larger than the ${maxBytes / 2 ** 20} MiB that this phase allows. Make it smaller and submit it again.`,
      );
    }
    yield chunk;
  }
}

/**
 * Yields the bytes of `source`, decompressed if they start like gzip (any number of members) or zstd (any
 * number of frames). `label` names the source in messages. Throws SubmissionError if the data is damaged or
 * larger than allowed; errors of the source itself pass through.
 */
export async function* decompress(
  source: AsyncIterable<Buffer>,
  limits: ExpansionLimits,
  label: string,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const input = countBytes(first.value, iterator);
  const compression = compressionOf(first.value);
  let outputBytes = 0;
  for await (const chunk of compression === 'none'
    ? input.chunks
    : inflate(input.chunks, compression, limits.zstdFrames, label)) {
    outputBytes += chunk.length;
    if (outputBytes > limits.maxBytes) {
      throw unpackedTooLarge(label, limits.maxBytes);
    }
    if (outputBytes > RATIO_FREE_BYTES && outputBytes > limits.maxRatio * input.bytes()) {
      throw new SubmissionError(
        'IMAGE_TOO_LARGE',
        `${label} unpacks to more than ${limits.maxRatio} times its size, which no real image does.`,
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
  label: string,
): AsyncGenerator<Buffer> {
  const pieces = compression === 'zstd' ? zstdFrames(input, budget, label) : input;
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
      `${label} is damaged: its ${compression} data can’t be read (${reason}).`,
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
    if (!decoder.write(chunk)) await waitForDrain(decoder);
  }
  decoder.end();
}

/** Resolves when the decoder accepts more data, or when it is destroyed. */
function waitForDrain(decoder: NodeJS.WritableStream): Promise<void> {
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
