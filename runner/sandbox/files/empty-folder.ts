import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Removes everything in a folder that an untrusted program has filled, without following links. The folder
 * itself stays, because it is a mount point. Names are bytes, because they may not be UTF-8. Folders may be
 * nested deeper than the maximum path length, so the content of each one is moved to the top and removed from
 * there. The limit on the number of files bounds the work. Nothing else may write to the folder meanwhile.
 */
export async function emptyFolder(path: string): Promise<void> {
  const top = await open(path, FOLDER_FLAGS);
  try {
    const waiting = await namesIn(top);
    // Generated now, while nothing else can write, so no untrusted entry can have one of these names.
    const prefix = randomBytes(16).toString('hex');
    let count = 0;
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (await removeEntry(below(top, name))) continue;
      const folder = await open(below(top, name), FOLDER_FLAGS);
      try {
        await folder.chmod(0o700);
        for (const inner of await namesIn(folder)) {
          const moved = Buffer.from(`${prefix}-${count++}`);
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

/** Returns false if it is a folder that is not empty. */
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

/** Works like openat(2), through /proc: the name is looked up in the open folder. */
function below(folder: FileHandle, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), name]);
}

function namesIn(folder: FileHandle): Promise<Buffer[]> {
  return readdir(`/proc/self/fd/${folder.fd}`, { encoding: 'buffer' });
}
