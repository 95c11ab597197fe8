import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toDiskError } from './scratch.ts';

/** A file below a folder, by its path in it. */
export interface FolderFile {
  path: string;
  bytes: Uint8Array;
}

/** What an organizer has to change, in a sentence. */
export class ScorerProblem extends Error {}

/** The memory that the truth and the predictions of one scorer run may take. */
export class MemoryBudget {
  readonly maxBytes: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  has(bytes: number): boolean {
    return this.#used + bytes <= this.maxBytes;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }
}

const PAGE_BYTES = 4096;

/** Memory that files take on a tmpfs: whole pages, and about one for each entry and its folder. */
export function memoryOf(files: readonly FolderFile[]): number {
  return files.reduce((sum, { bytes }) => sum + (Math.ceil(bytes.length / PAGE_BYTES) + 2) * PAGE_BYTES, 0);
}

/**
 * Writes files below a folder that only this process writes to, readable by everyone. Throws ScorerProblem for a path
 * that leaves the folder or is already taken, PlatformError if the memory is full.
 */
export async function writeFiles(folder: string, files: readonly FolderFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    requireInside(path);
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o755 });
      await writeFile(file, bytes, { flag: 'wx', mode: 0o444 });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'ENAMETOOLONG') throw new ScorerProblem(`The path ${quote(path)} is too long.`);
      if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)) throw toDiskError(error);
      throw new ScorerProblem(`The path ${quote(path)} is there twice, or both as a file and as a folder.`);
    }
  }
}

function requireInside(path: string): void {
  if (path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0')))
    return;
  throw new ScorerProblem(`The path ${quote(path)} isn’t one inside its folder.`);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
