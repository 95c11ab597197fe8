import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';

/** A file of a data set. */
export interface ListedFile {
  /** As the operating system has it. */
  path: string;
  /** Relative to the root, with slashes, and composed (NFC): macOS stores accents as separate characters. */
  relative: string;
  /** The last part of `relative`. */
  base: string;
}

/** What macOS and Windows leave beside the real files. */
const LEFTOVER = /^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|__MACOSX)$/i;

/**
 * Lists the files of a folder, sorted, without what macOS and Windows leave there. Links are followed, because
 * DataLad stores files and people store folders as links; a link to a folder that contains it is listed once.
 * Throws CommandError if the folder can't be read, or if a name isn't UTF-8.
 */
export async function listFiles(root: string): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const open = [{ folder: root, relative: '', parents: new Set([await realFolder(root)]) }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { folder, relative, parents } = next;
    for (const entry of await readFolder(folder)) {
      if (LEFTOVER.test(entry.name)) continue;
      const place = path.join(folder, entry.name);
      if (entry.name.includes('\uFFFD')) {
        throw new CommandError(`The name of ${place} isn't UTF-8. Rename the file and try again.`);
      }
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const isFolder =
        entry.isDirectory() ||
        (entry.isSymbolicLink() && ((await stat(place).catch(() => null))?.isDirectory() ?? false));
      if (!isFolder) {
        if (entry.isFile() || entry.isSymbolicLink()) files.push(listed(place, below));
        continue;
      }
      const real = entry.isSymbolicLink() ? await realpath(place) : place;
      if (!parents.has(real)) {
        open.push({ folder: place, relative: below, parents: new Set([...parents, real]) });
      }
    }
  }
  return files.sort((a, b) => (a.relative < b.relative ? -1 : 1));
}

function listed(place: string, relative: string): ListedFile {
  const composed = relative.normalize('NFC');
  return { path: place, relative: composed, base: path.posix.basename(composed) };
}

async function realFolder(root: string): Promise<string> {
  return await realpath(root).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(root, error);
  });
}

async function readFolder(folder: string) {
  return await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(folder, error);
  });
}

function unreadable(folder: string, error: NodeJS.ErrnoException): CommandError {
  if (error.code === 'ENOENT') return new CommandError(`The folder ${folder} doesn’t exist.`);
  if (error.code === 'ENOTDIR') return new CommandError(`${folder} is a file. Pass a folder of scans.`);
  return new CommandError(`The folder ${folder} can't be read: ${error.message}`);
}
