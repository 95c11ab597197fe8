import { chmod, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { capped, decompressed, expansionLimits } from './decompress.ts';
import { Spool } from './spool.ts';
import { findFile, type UnpackedArchive, unpackArchive } from './unpack.ts';

/** A team's model archive as a folder on disk, to be mounted read-only. */
export interface ModelFolder extends AsyncDisposable {
  path: string;
}

export interface UnpackModelOptions {
  /** Compressed size of the archive. */
  archiveMib: number;
  /** A folder on disk. */
  scratchDir: string;
  signal?: AbortSignal;
}

const MAX_ENTRIES = 100_000;
const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;
const WHAT = 'The model archive';

/**
 * Unpacks a tar (plain, gzip, zstd) of files, folders and links that stay inside. Contents are spooled under
 * numbers first and moved to their names in a folder that holds nothing but what was put there, so no name of
 * the archive is ever followed. A link becomes another name of the file that it leads to. Everybody may read
 * what results, nobody may write it.
 *
 * Throws SubmissionError (IMAGE_INVALID, IMAGE_TOO_LARGE) with a sentence that names what is wrong, or PlatformError.
 */
export async function unpackModel(
  archive: Readable,
  { archiveMib, scratchDir, signal }: UnpackModelOptions,
): Promise<ModelFolder> {
  const archiveBytes = archiveMib * 2 ** 20;
  const limits = expansionLimits(archiveBytes);
  const folder = await mkdtemp(join(scratchDir, 'model-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const spooled = join(folder, 'spooled');
    await mkdir(spooled);
    const source = decompressed(capped(archive, archiveBytes, WHAT, signal), limits, WHAT);
    const spool = new Spool(spooled, limits.maxBytes, WHAT);
    const unpacked = await unpackArchive(source, spool, { what: WHAT, maxEntries: MAX_ENTRIES });
    const path = join(folder, 'model');
    await mkdir(path, { mode: 0o755 });
    await arrange(unpacked, path, signal);
    await rm(spooled, { recursive: true });
    return { path, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    archive.destroy();
  }
}

async function arrange(archive: UnpackedArchive, folder: string, signal?: AbortSignal): Promise<void> {
  const { files, links } = archive;
  requireFewFolders([...files.keys(), ...links.keys()]);
  // Links first, while the files still have their numbers.
  for (const [name] of links) {
    const target = findFile(archive, name);
    if (!target) throw refused(`holds ${quoted(name)}, a link to no file of its own`);
    await place(folder, name, (path) => link(target.path, path));
  }
  for (const [name, { path: from }] of files) {
    signal?.throwIfAborted();
    await chmod(from, 0o444);
    await place(folder, name, (path) => rename(from, path));
  }
}

/** A name of a kilobyte is five hundred folders: they count like files. */
function requireFewFolders(names: readonly string[]): void {
  const folders = new Set<string>();
  for (const name of names) {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const folder = name.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      if (folders.size + names.length > MAX_ENTRIES)
        throw refused(`holds more than ${MAX_ENTRIES} files and folders`);
    }
  }
}

async function place(folder: string, name: string, put: (path: string) => Promise<void>): Promise<void> {
  const isLong = name.split('/').some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES);
  if (isLong || Buffer.byteLength(name) > MAX_PATH_BYTES) {
    throw refused(`holds a path of more than ${MAX_PATH_BYTES} bytes, or ${MAX_NAME_BYTES} a name`);
  }
  const path = join(folder, name);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await put(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EMLINK') throw refused('has more links to one file than a disk takes');
    if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'].includes(code)) throw error;
    throw refused(`holds ${quoted(name)} twice, or as a file and as a folder`);
  }
}

function refused(problem: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', `${WHAT} ${problem}.`);
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}
