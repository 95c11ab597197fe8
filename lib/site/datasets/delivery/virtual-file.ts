/**
 * A file whose bytes are made while they are read, from any place on, so that an interrupted download goes on where it
 * stopped. Layers of them (decrypt what lies in the store, a tar of many, gzip, encryption for one person) make a
 * download without a copy on disk.
 */
export interface VirtualFile {
  bytes: number;
  /** From `from` (included) to `to` (excluded), both within the file, in parts of any length. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

export function ofBytes(content: Uint8Array): VirtualFile {
  return {
    bytes: content.length,
    async *read(from, to) {
      if (from < to) yield content.subarray(from, to);
    },
  };
}

/** One file behind the other. */
export function concatenate(files: readonly VirtualFile[]): VirtualFile {
  const starts: number[] = [];
  let bytes = 0;
  for (const file of files) {
    starts.push(bytes);
    bytes += file.bytes;
  }
  return {
    bytes,
    async *read(from, to) {
      for (let index = indexAt(starts, from); index < files.length && starts[index]! < to; index++) {
        const file = files[index]!;
        const start = starts[index]!;
        const end = Math.min(to - start, file.bytes);
        const begin = Math.max(0, from - start);
        if (begin < end) yield* file.read(begin, end);
      }
    },
  };
}

/** The last of the ascending `starts` that is at most `position`. */
function indexAt(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}

/** The size of the content of each block, but for the last one, and how a block is written. */
interface Blocks {
  /** Bytes of content of a block. */
  contentBytes: number;
  /** Bytes of a whole block as written. */
  blockBytes: number;
  /** Writes the block with this number at `at` of `target`. */
  write(block: number, content: Uint8Array, target: Buffer, at: number): void;
}

/** So many bytes are made at once: each part that is handed on costs time in every layer and in the server. */
const PART_BYTES = 1 << 20;

/**
 * A file that is written in blocks of equal length, the last one shorter: each is made of the content of one block of
 * `source`. An empty source has one block without content.
 */
export function inBlocks(source: VirtualFile, blocks: Blocks): VirtualFile {
  const { contentBytes, blockBytes, write } = blocks;
  const count = Math.max(1, Math.ceil(source.bytes / contentBytes));
  const lastContent = source.bytes - (count - 1) * contentBytes;
  const bytes = (count - 1) * blockBytes + lastContent + (blockBytes - contentBytes);
  return {
    bytes,
    async *read(from, to) {
      if (from >= to) return;
      const first = Math.min(Math.floor(from / blockBytes), count - 1);
      const last = Math.min(Math.floor((to - 1) / blockBytes), count - 1);
      let block = first;
      const content = source.read(first * contentBytes, Math.min((last + 1) * contentBytes, source.bytes));
      const atOnce = Math.max(1, Math.floor(PART_BYTES / contentBytes));
      for await (const part of inParts(content, atOnce * contentBytes)) {
        const parts = Math.max(1, Math.ceil(part.length / contentBytes));
        const target = Buffer.allocUnsafe(part.length + parts * (blockBytes - contentBytes));
        for (let index = 0; index < parts; index++) {
          const start = index * contentBytes;
          write(block + index, part.subarray(start, start + contentBytes), target, index * blockBytes);
        }
        const start = block * blockBytes;
        yield cut(target, from - start, to - start);
        block += parts;
      }
    },
  };
}

function cut(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return from <= 0 && to >= bytes.length ? bytes : bytes.subarray(Math.max(0, from), Math.max(0, to));
}

/** In parts of `length`, the last one shorter; one empty part where there is nothing. */
async function* inParts(chunks: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let part = Buffer.allocUnsafe(length);
  let filled = 0;
  let isEmpty = true;
  for await (const chunk of chunks) {
    let at = 0;
    while (at < chunk.length) {
      // A part that lies whole in a chunk is not copied.
      if (filled === 0 && chunk.length - at >= length) {
        yield chunk.subarray(at, at + length);
        at += length;
        isEmpty = false;
        continue;
      }
      const taken = Math.min(length - filled, chunk.length - at);
      part.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled === length) {
        yield part;
        isEmpty = false;
        part = Buffer.allocUnsafe(length);
        filled = 0;
      }
    }
  }
  if (filled > 0 || isEmpty) yield part.subarray(0, filled);
}
