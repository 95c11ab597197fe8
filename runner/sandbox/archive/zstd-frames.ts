import { SubmissionError } from '#lib/domain/evaluations/codes.ts';

/**
 * zstd data may be many frames one after the other: pzstd writes one a core and a few MiB, podman's
 * zstd:chunked one a file, and skippable frames beside them that mean nothing to a reader. Node's decoder
 * takes the next frame only where a write begins with it, and drops whatever follows a frame in the same
 * write. So the frames are found here, by the sizes that the format itself gives (RFC 8878, 3.1), and handed
 * over in pieces that never hold parts of two. What is inside a block is the decoder's to judge.
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
 * Each frame costs the decoder some 30 µs however small it is. zstd:chunked has two a file and one for each
 * 64 KiB of large ones: half a million for an image of 20 GiB.
 */
const MAX_FRAMES = 1_000_000;

/** Counts the frames of everything that belongs to one archive. */
export class FrameBudget {
  readonly #max: number;
  #taken = 0;

  constructor(max = MAX_FRAMES) {
    this.#max = max;
  }

  take(what: string): void {
    this.#taken += 1;
    if (this.#taken <= this.#max) return;
    throw new SubmissionError(
      'IMAGE_TOO_LARGE',
      `${what} brings the archive to more than ${this.#max} zstd frames.`,
    );
  }
}

/**
 * The frames that hold data, in pieces of a block each. Throws SubmissionError for what is no frame, trailing bytes
 * too, and for a frame that is cut off; `what` begins the sentence.
 */
export async function* zstdFrames(
  chunks: AsyncIterable<Buffer>,
  budget: FrameBudget,
  what: string,
): AsyncGenerator<Buffer> {
  const input = new Cursor(chunks, () => damaged(what, 'its zstd data is cut off'));
  try {
    while (!(await input.isAtEnd())) {
      budget.take(what);
      const start = await input.peekUpTo(MAGIC_BYTES);
      const magic = start.length === MAGIC_BYTES ? start.readUInt32LE(0) : 0;
      if (magic === FRAME) {
        yield* frame(input, what);
      } else if (isSkippable(magic)) {
        const header = await input.take(MAGIC_BYTES + SIZE_BYTES);
        await input.skip(header.readUInt32LE(MAGIC_BYTES));
      } else {
        throw damaged(what, 'something else follows its zstd data');
      }
    }
  } finally {
    await input.close();
  }
}

async function* frame(input: Cursor, what: string): AsyncGenerator<Buffer> {
  const { headerBytes, hasChecksum } = readDescriptor((await input.peek(MAGIC_BYTES + 1))[MAGIC_BYTES]!);
  // The frame's header goes with its first block, its checksum with the last: a small frame is one piece.
  let before = headerBytes;
  for (;;) {
    const header = (await input.peek(before + BLOCK_HEADER_BYTES)).readUIntLE(before, BLOCK_HEADER_BYTES);
    const isLast = (header & 1) === 1;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === RESERVED || size > MAX_BLOCK_BYTES) throw damaged(what, 'its zstd data can’t be read');
    const content = type === RLE ? 1 : size;
    const after = isLast && hasChecksum ? CHECKSUM_BYTES : 0;
    yield await input.take(before + BLOCK_HEADER_BYTES + content + after);
    if (isLast) return;
    before = 0;
  }
}

/** RFC 8878, 3.1.1.1: what follows the byte after the magic number. */
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

function damaged(what: string, how: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', `${what} is damaged: ${how}.`);
}

/** Reads chunks of any size in pieces of a known one; holds no more than the piece and one chunk. */
class Cursor {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #cutOff: () => Error;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>, cutOff: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#cutOff = cutOff;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async isAtEnd(): Promise<boolean> {
    return (await this.peekUpTo(1)).length === 0;
  }

  /** Fewer than `bytes` only at the end. */
  async peekUpTo(bytes: number): Promise<Buffer> {
    if (this.#held.length < bytes) {
      const parts = [this.#held];
      for (let length = this.#held.length; length < bytes; ) {
        const next = await this.#chunks.next();
        if (next.done) break;
        parts.push(next.value);
        length += next.value.length;
      }
      this.#held = Buffer.concat(parts);
    }
    return this.#held.subarray(0, bytes);
  }

  async peek(bytes: number): Promise<Buffer> {
    const piece = await this.peekUpTo(bytes);
    if (piece.length < bytes) throw this.#cutOff();
    return piece;
  }

  async take(bytes: number): Promise<Buffer> {
    const piece = await this.peek(bytes);
    this.#held = this.#held.subarray(bytes);
    return piece;
  }

  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.peekUpTo(1);
      if (piece.length === 0) throw this.#cutOff();
      const step = Math.min(left, this.#held.length);
      this.#held = this.#held.subarray(step);
      left -= step;
    }
  }
}
