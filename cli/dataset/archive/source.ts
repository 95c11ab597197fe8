import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatBytes, type Progress } from '#cli/progress.ts';
import { readArchiveKey } from './archive-key.ts';
import { unpackArchive } from './unpack.ts';

const ARCHIVE = /\.(tar|tar\.gz|tgz|tar\.gz\.enc|enc)$/i;

/**
 * Calls `read` with the folder or table itself, or with a temporary folder that an archive was unpacked to, for its
 * owner alone. The folder is removed when `read` ends, however it ends.
 */
export async function withSource<T>(
  source: string,
  options: { keyFile: string | undefined; progress: Progress; signal: AbortSignal },
  read: (root: string) => Promise<T>,
): Promise<T> {
  const isArchive = ARCHIVE.test(source) && ((await stat(source).catch(() => null))?.isFile() ?? false);
  if (!isArchive) return await read(source);
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-archive-'));
  try {
    await unpackArchive(source, folder, {
      readKey: () => readArchiveKey(options.keyFile, source),
      signal: options.signal,
      onProgress: (done, total) =>
        options.progress.update(`${formatBytes(done)} of ${formatBytes(total)} unpacked`),
    });
    return await read(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
