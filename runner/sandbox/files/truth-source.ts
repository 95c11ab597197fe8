import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { decompress } from '#runner/sandbox/archive/decompress.ts';
import { cleanPath, escapesRoot } from '#runner/sandbox/archive/paths.ts';
import { type TarEntry, TarError, TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import { FrameBudget } from '#runner/sandbox/archive/zstd-frames.ts';
import { type FolderFile, ScorerProblem } from './scorer-files.ts';

/** Where a scorer's truth comes from: its files, one in memory at a time. */

/** What systems leave in folders. */
const LEFT_BEHIND = /^(\._.*|\.DS_Store|Thumbs\.db)$/;

/** The files of a folder on this host, in the order of their names. Links to files are followed, others are not. */
export async function* truthOfFolder(folder: string, below = ''): AsyncGenerator<FolderFile> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (LEFT_BEHIND.test(entry.name)) continue;
    const relative = path.posix.join(below, entry.name);
    if (entry.isDirectory()) yield* truthOfFolder(folder, relative);
    else if ((await stat(path.join(folder, relative))).isFile())
      yield { path: relative, bytes: await readFile(path.join(folder, relative)) };
  }
}

/**
 * The files of a tar archive (plain, gzip or zstd). Throws ScorerProblem for one that is damaged, holds a link or a
 * device, or a file of more than `maxFileBytes`.
 */
export async function* truthOfArchive(
  archive: Readable,
  { maxFileBytes }: { maxFileBytes: number },
): AsyncGenerator<FolderFile> {
  // What is unpacked is bounded by the memory for it (scorer-files.ts), and empty masks shrink by any ratio.
  const limits = {
    maxBytes: Number.POSITIVE_INFINITY,
    maxRatio: Number.POSITIVE_INFINITY,
    zstdFrames: new FrameBudget(),
  };
  const complete: FolderFile[] = [];
  const reader = new TarReader(fileEvents(complete, maxFileBytes));
  try {
    for await (const chunk of decompress(archive, limits, LABEL)) {
      reader.write(chunk);
      yield* complete.splice(0);
    }
    reader.end();
  } catch (error) {
    if (error instanceof TarError) throw new ScorerProblem(`${LABEL} ${error.message}.`);
    if (error instanceof SubmissionError) throw new ScorerProblem(error.message);
    throw error;
  } finally {
    archive.destroy();
  }
}

const LABEL = 'The truth archive';

function fileEvents(complete: FolderFile[], maxFileBytes: number) {
  let current: { path: string; bytes: Buffer; length: number } | null = null;
  return {
    onEntry(entry: TarEntry) {
      current = null;
      if (entry.type === 'directory') return;
      const name = JSON.stringify(entry.name.slice(0, 200));
      if (entry.type !== 'file') throw new TarError(`contains ${name}, which is neither a file nor a folder`);
      if (escapesRoot(entry.name)) throw new TarError(`contains ${name}, a name that leaves the archive`);
      if (entry.size > maxFileBytes)
        throw new TarError(
          `contains ${name} of ${entry.size} bytes; a file may have ${maxFileBytes} in memory`,
        );
      current = { path: cleanPath(entry.name), bytes: Buffer.alloc(entry.size), length: 0 };
    },
    onData(chunk: Buffer) {
      if (current) current.length += chunk.copy(current.bytes, current.length);
    },
    onEntryEnd() {
      if (current && !LEFT_BEHIND.test(path.posix.basename(current.path)))
        complete.push({ path: current.path, bytes: current.bytes });
      current = null;
    },
  };
}
