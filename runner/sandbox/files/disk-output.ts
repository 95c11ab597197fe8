import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { RESERVED_BYTES, requireFreeSpace } from '#runner/sandbox/archive/spool.ts';
import { openMounter } from './mounts.ts';

/**
 * A folder on disk with an exact size limit, for output that does not fit into memory: a new ext4 file system
 * in a sparse file, mounted through a loop device. Only the kernel ever writes its blocks, never a container,
 * so no malicious file system is mounted. The file is unlinked as soon as it is mounted, and its loop device
 * is detached with the unmount, including one by a sweep, so nothing stays behind except what a disk keeps of
 * deleted files.
 */
export interface DiskOutput {
  /** Where the file is until it is mounted. */
  diskFolder: string;
  mib: number;
  files: number;
  uid: number;
  gid: number;
}

/** Near its end, ext4 counts free space inexactly and may refuse a write while 1 MiB is free. */
export const FULL_BELOW_BYTES = 2 * 2 ** 20;

const run = promisify(execFile);
const BLOCK_BYTES = 4096;
const BLOCKS_PER_MIB = 2 ** 20 / BLOCK_BYTES;
/** mkfs creates /lost+found with four blocks, which is removed. */
const LOST_AND_FOUND_BLOCKS = 4;
/** In a much smaller file system, the reserved blocks would exceed the half that tune2fs allows. */
const PROBE_MIB = 64;

/**
 * Mounts a new disk output at `folder`. Throws PlatformError('DISK_FULL') if the disk does not have the
 * space.
 */
export async function mountDiskOutput(
  folder: string,
  { diskFolder, mib, files, uid, gid }: DiskOutput,
): Promise<void> {
  await requireFreeSpace(diskFolder, mib * 2 ** 20);
  const image = join(diskFolder, `output-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(image, 'wx', 0o600);
    // Includes space for the file system's own tables; the surplus is reserved below.
    const imageMib = mib + 24 + Math.ceil(mib / 32) + Math.ceil(files / 2048);
    await handle.truncate(imageMib * 2 ** 20);
    await handle.close();
    const bare = '^has_journal,^resize_inode';
    const owner = `root_owner=${uid}:${gid},lazy_itable_init=1,nodiscard`;
    const size = ['-b', String(BLOCK_BYTES), '-N', String(files), '-m', '0'];
    await run('mkfs.ext4', ['-q', '-F', ...size, '-O', bare, '-E', owner, image]);
    // The surplus is reserved for root, and no container runs as root, so exactly the limit is free for
    // others. The kernel keeps 2% for itself, at most 4096 blocks (ext4_calculate_resv_clusters).
    const kernelReserved = Math.min(Math.floor((imageMib * BLOCKS_PER_MIB) / 50), 4096);
    const surplus = (await freeBlocks(image)) + LOST_AND_FOUND_BLOCKS - kernelReserved - mib * BLOCKS_PER_MIB;
    if (surplus < 0) throw new Error(`The file system for ${mib} MiB is too small by ${-surplus} blocks.`);
    await run('tune2fs', ['-r', String(surplus), image]);
    await run('mount', ['-o', 'loop,nosuid,nodev,noexec,noatime', image, folder]);
    await rmdir(join(folder, 'lost+found'));
  } finally {
    await rm(image, { force: true });
  }
}

/**
 * The largest output that the disk could provide if everything removable were gone. 0 if none can be mounted,
 * which is tried with a small one below `diskFolder`.
 */
export async function largestDiskOutputMib(diskFolder: string): Promise<number> {
  if (!(await canMountDiskOutput(diskFolder))) return 0;
  const { blocks, bfree, bavail, bsize } = await statfs(diskFolder);
  return Math.max(0, Math.floor(((blocks - bfree + bavail) * bsize - RESERVED_BYTES) / 2 ** 20));
}

async function canMountDiskOutput(diskFolder: string): Promise<boolean> {
  const probe = await mkdtemp(join(diskFolder, 'probe-'));
  const folder = join(probe, 'output');
  const mounter = openMounter();
  try {
    await mkdir(folder);
    await mountDiskOutput(folder, { diskFolder: probe, mib: PROBE_MIB, files: 16, uid: 0, gid: 0 });
    return true;
  } catch (error) {
    // A disk that is full now may have space later.
    return error instanceof PlatformError && error.code === 'DISK_FULL';
  } finally {
    await mounter.unmount(folder).catch(() => undefined);
    await mounter.close();
    await rm(probe, { recursive: true, force: true });
  }
}

async function freeBlocks(image: string): Promise<number> {
  const { stdout } = await run('dumpe2fs', ['-h', image]);
  const found = /^Free blocks:\s+(\d+)$/m.exec(stdout)?.[1];
  if (found === undefined) throw new Error('dumpe2fs does not report the number of free blocks.');
  return Number(found);
}
