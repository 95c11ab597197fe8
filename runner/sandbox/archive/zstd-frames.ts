import { SubmissionError } from '#lib/domain/evaluations/codes.ts';

/**
 * Splits zstd data into frames. It may consist of many: pzstd writes one per core for every few MiB, podman's
 * zstd:chunked one per file, and both add skippable frames without content. Node's decoder only accepts
 * another frame at the start of a write and drops whatever follows a frame in the same write. So this module
 * finds frame boundaries from the sizes in the format (RFC 8878, 3.1) and yields pieces that never contain
 * parts of two frames. The decoder validates the content of the blocks.
 */

const FRAME = 0xfd2fb528;
const isSkippable = (magic: number) => magic >>> 4 === 0x184d2a5;
const MAGIC_BYTES = 4;
const SIZE_BYTES = 4;
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const MAX_BLOCK_BYTES = 128 * 1024;
const RLE = 1;
const RESERVED = 3;

/**
 * Each frame takes the decoder about 30 µs, however small it is. zstd:chunked writes two per file and one for
 * each 64 KiB of large files: half a million for an image of 20 GiB.
 */
const MAX_FRAMES = 1_000_000;

/** Counts the frames of an archive and everything in it. */
export class FrameBudget {
  readonly #max: number;
  #used = 0;

  constructor(max = MAX_FRAMES) {
    this.#max = max;
  }

  use(label: string): void {
    this.#used += 1;
    if (this.#used <= this.#max) return;
    throw new SubmissionError(
      'IMAGE_TOO_LARGE',
      `${label} brings the archive to more than ${this.#max} zstd frames, the maximum.`,
    );
  }
}

/**
 * Yields the frames that contain data, in pieces of one block each. Throws SubmissionError for anything that
 * is not a frame, including trailing bytes, and for a truncated frame; `label` is the subject of the message.
 */
export async function* zstdFrames(
  chunks: AsyncIterable<Buffer>,
  budget: FrameBudget,
  label: string,
): AsyncGenerator<Buffer> {
  const input = new Cursor(chunks, () => damagedError(label, 'its zstd data is truncated'));
  try {
    while (!(await input.isAtEnd())) {
      budget.use(label);
      const start = await input.peekUpTo(MAGIC_BYTES);
      const magic = start.length === MAGIC_BYTES ? start.readUInt32LE(0) : 0;
      if (magic === FRAME) {
        yield* frame(input, label);
      } else if (isSkippable(magic)) {
        const header = await input.take(MAGIC_BYTES + SIZE_BYTES);
        await input.skip(header.readUInt32LE(MAGIC_BYTES));
      } else {
        throw damagedError(label, 'its zstd data is followed by other data');
      }
    }
  } finally {
    await input.close();
  }
}

async function* frame(input: Cursor, label: string): AsyncGenerator<Buffer> {
  const { headerBytes, hasChecksum } = readDescriptor((await input.peek(MAGIC_BYTES + 1))[MAGIC_BYTES]!);
  // The frame's header is yielded with its first block and its checksum with the last, so a small frame is
  // one piece.
  let before = headerBytes;
  for (;;) {
    const header = (await input.peek(before + BLOCK_HEADER_BYTES)).readUIntLE(before, BLOCK_HEADER_BYTES);
    const isLast = (header & 1) === 1;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === RESERVED || size > MAX_BLOCK_BYTES) throw damagedError(label, 'its zstd data can’t be read');
    const content = type === RLE ? 1 : size;
    const after = isLast && hasChecksum ? CHECKSUM_BYTES : 0;
    yield await input.take(before + BLOCK_HEADER_BYTES + content + after);
    if (isLast) return;
    before = 0;
  }
}

/** Describes what follows the byte after the magic number (RFC 8878, 3.1.1.1). */
function readDescriptor(descriptor: number): { headerBytes: number; hasChecksum: boolean } {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  return {
    headerBytes: MAGIC_BYTES + 1 + windowBytes + dictionaryBytes + contentSizeBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

function damagedError(label: string, how: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', `${label} is damaged: ${how}.`);
}

/** Reads chunks of any size in pieces of known size; buffers at most one piece and one chunk. */
class Cursor {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #truncated: () => Error;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, truncated: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#truncated = truncated;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async isAtEnd(): Promise<boolean> {
    return (await this.peekUpTo(1)).length === 0;
  }

  /** Returns fewer than `bytes` only at the end. */
  async peekUpTo(bytes: number): Promise<Buffer> {
    if (this.#buffer.length < bytes) {
      const parts = [this.#buffer];
      for (let length = this.#buffer.length; length < bytes; ) {
        const next = await this.#chunks.next();
        if (next.done) break;
        parts.push(next.value);
        length += next.value.length;
      }
      this.#buffer = Buffer.concat(parts);
    }
    return this.#buffer.subarray(0, bytes);
  }

  async peek(bytes: number): Promise<Buffer> {
    const piece = await this.peekUpTo(bytes);
    if (piece.length < bytes) throw this.#truncated();
    return piece;
  }

  async take(bytes: number): Promise<Buffer> {
    const piece = await this.peek(bytes);
    this.#buffer = this.#buffer.subarray(bytes);
    return piece;
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.peekUpTo(1);
      if (piece.length === 0) throw this.#truncated();
      const step = Math.min(left, this.#buffer.length);
      this.#buffer = this.#buffer.subarray(step);
      left -= step;
    }
  }
}
