import { createReadStream } from 'node:fs';
import type { SpooledFile } from '#runner/sandbox/archive/spool.ts';

/**
 * Parts of honest layers that no container needs and that are left out when the image is loaded.
 *
 * - Everything below /dev: base images that were made from a root file system contain its device nodes, and
 *   every container gets a /dev of its own.
 * - What AUFS, an old file system for layers, kept for itself: `.wh..wh.aufs`, `.wh..wh.orph`, `.wh..wh.plnk`.
 *   The marker of an opaque folder, `.wh..wh..opq`, is part of the format and stays.
 */
export function isLeftOut(path: string): boolean {
  if (path.startsWith('dev/')) return true;
  if (!path.includes('.wh..wh.')) return false;
  return path.split('/').some((part) => part.startsWith('.wh..wh.') && part !== '.wh..wh..opq');
}

/** A range of bytes in a file; `end` is exclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/** A layer's tar file without some of its entries. */
export interface LayerContent {
  file: SpooledFile;
  /** In ascending order. */
  leftOut: readonly ByteRange[];
}

/** Adds a range behind those that are already in the list. */
export function appendRange(ranges: ByteRange[], { start, end }: ByteRange): void {
  const last = ranges.at(-1);
  if (last?.end === start) last.end = end;
  else ranges.push({ start, end });
}

export function contentSize({ file, leftOut }: LayerContent): number {
  return leftOut.reduce((size, { start, end }) => size - (end - start), file.size);
}

export async function* readContent({ file, leftOut }: LayerContent): AsyncGenerator<Buffer> {
  let offset = 0;
  let next = 0;
  for await (const chunk of createReadStream(file.path, {
    highWaterMark: 1 << 20,
  }) as AsyncIterable<Buffer>) {
    const chunkEnd = offset + chunk.length;
    while (offset < chunkEnd) {
      const range = leftOut[next];
      const keptEnd = Math.min(range?.start ?? chunkEnd, chunkEnd);
      if (keptEnd > offset)
        yield chunk.subarray(chunk.length - (chunkEnd - offset), chunk.length - (chunkEnd - keptEnd));
      offset = Math.max(offset, keptEnd);
      if (range === undefined || offset < range.start) continue;
      offset = Math.min(range.end, chunkEnd);
      if (offset === range.end) next += 1;
    }
  }
}
