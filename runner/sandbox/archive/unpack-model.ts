import { chmod, link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { decompress, expansionLimits, limitSize } from './decompress.ts';
import { Spool } from './spool.ts';
import { findFile, type UnpackedArchive, unpackArchive } from './unpack.ts';

/** A team's model archive, unpacked to a folder on disk that containers mount read-only. */
export interface ModelFolder extends AsyncDisposable {
  path: string;
}

export interface UnpackModelOptions {
  /** Size limit of the compressed archive. */
  archiveMib: number;
  /** A folder on disk. */
  scratchDir: string;
  signal?: AbortSignal;
}

const MAX_ENTRIES = 100_000;
const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;
const LABEL = 'The model archive';

/**
 * Unpacks a tar (uncompressed, gzip, zstd) of files, folders and links that stay inside. Contents are first
 * spooled to numbered files and then moved to their names in a new folder, so no path of the archive is ever
 * followed. A link becomes another name of its target file. The result is readable by everyone and writable
 * by no one.
 *
 * Throws SubmissionError (IMAGE_INVALID, IMAGE_TOO_LARGE) with a message that names the problem, or
 * PlatformError.
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
    const source = decompress(limitSize(archive, archiveBytes, LABEL, signal), limits, LABEL);
    const spool = new Spool(spooled, limits.maxBytes, LABEL);
    const unpacked = await unpackArchive(source, spool, { label: LABEL, maxEntries: MAX_ENTRIES });
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
  limitEntries([...files.keys(), ...links.keys()]);
  // Links are created first, while the files still have their numbered names.
  for (const [name] of links) {
    const target = findFile(archive, name);
    if (!target) throw invalid(`contains ${quote(name)}, a link that does not lead to a file of the archive`);
    await place(folder, name, (path) => link(target.path, path));
  }
  for (const [name, { path: from }] of files) {
    signal?.throwIfAborted();
    await chmod(from, 0o444);
    await place(folder, name, (path) => rename(from, path));
  }
}

/** Folders count like files, because a name of a kilobyte can create five hundred of them. */
function limitEntries(names: readonly string[]): void {
  const folders = new Set<string>();
  for (const name of names) {
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const folder = name.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      if (folders.size + names.length > MAX_ENTRIES)
        throw invalid(`contains more than ${MAX_ENTRIES} files and folders`);
    }
  }
}

async function place(folder: string, name: string, put: (path: string) => Promise<void>): Promise<void> {
  const isLong = name.split('/').some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES);
  if (isLong || Buffer.byteLength(name) > MAX_PATH_BYTES) {
    throw invalid(
      `contains a path longer than ${MAX_PATH_BYTES} bytes, or a name longer than ${MAX_NAME_BYTES} bytes`,
    );
  }
  const path = join(folder, name);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await put(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EMLINK') throw invalid('has more links to one file than the file system supports');
    if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'].includes(code)) throw error;
    throw invalid(`contains ${quote(name)} both as a file and as a folder`);
  }
}

function invalid(problem: string): SubmissionError {
  return new SubmissionError('IMAGE_INVALID', `${LABEL} ${problem}.`);
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}
