import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Removes everything in a folder that a stranger has filled, links and all, but follows none of them, and
 * leaves the folder itself (it is mounted somewhere). Names are bytes, since a stranger's need not be UTF-8.
 * Folders may be nested deeper than a path is long: so each one's content is moved to the top, where it is
 * looked at in its turn. The cap of files in the folder bounds the work. Nobody else may write meanwhile.
 */
export async function emptyFolder(path: string): Promise<void> {
  const top = await open(path, FOLDER_FLAGS);
  try {
    const waiting = await namesIn(top);
    // Drawn now, when nobody else can write: no stranger has put something under these names.
    const drawn = randomBytes(16).toString('hex');
    let count = 0;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (await removeEntry(below(top, name))) continue;
      const folder = await open(below(top, name), FOLDER_FLAGS);
      try {
        await folder.chmod(0o700);
        for (const inner of await namesIn(folder)) {
          const moved = Buffer.from(`${drawn}-${count++}`);
          await rename(below(folder, inner), below(top, moved));
          waiting.push(moved);
        }
      } finally {
        await folder.close();
      }
      await rmdir(below(top, name));
    }
    await top.chmod(0o755);
  } finally {
    await top.close();
  }
}

/** False where it is a folder that holds something. */
async function removeEntry(path: Buffer): Promise<boolean> {
  for (const remove of [unlink, rmdir]) {
    try {
      await remove(path);
      return true;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw error;
    }
  }
  return false;
}

/** openat(2) by way of /proc: the name is looked up in the folder that is open. */
function below(folder: FileHandle, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), name]);
}

function namesIn(folder: FileHandle): Promise<Buffer[]> {
  return readdir(`/proc/self/fd/${folder.fd}`, { encoding: 'buffer' });
}
