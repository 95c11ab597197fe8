import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { RESERVED_BYTES, requireFreeSpace } from '#runner/sandbox/archive/spool.ts';
import { openMounter } from './mounts.ts';

/**
 * A folder on disk with an exact cap, for what does not fit into memory: a new ext4 file system in a sparse file,
 * mounted through a loop device. Its blocks are only ever written by the kernel, never by a container, so that no
 * hostile file system is mounted. The file has no name from the moment of the mount, and its loop device is
 * detached with the unmount, also by a sweep: nothing can stay behind but what a disk keeps of removed files.
 */
export interface DiskOutput {
  /** Where the file lies until it is mounted. */
  diskFolder: string;
  mib: number;
  files: number;
  uid: number;
  gid: number;
}

/** Close to its end ext4 counts loosely, and may refuse a write while a MiB is free. */
export const FULL_BELOW_BYTES = 2 * 2 ** 20;

const run = promisify(execFile);
const BLOCK_BYTES = 4096;
const BLOCKS_A_MIB = 2 ** 20 / BLOCK_BYTES;
/** mkfs makes /lost+found of four blocks, which is removed. */
const LOST_AND_FOUND_BLOCKS = 4;
/** In a much smaller one, what is reserved would be more than the half that tune2fs allows. */
const PROBE_MIB = 64;

/** Mounts it at `folder`. Throws PlatformError('DISK_FULL') where the disk can't hold so much. */
export async function mountDiskOutput(
  folder: string,
  { diskFolder, mib, files, uid, gid }: DiskOutput,
): Promise<void> {
  await requireFreeSpace(diskFolder, mib * 2 ** 20);
  const image = join(diskFolder, `output-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(image, 'wx', 0o600);
    // Room for its own tables; what is too much is reserved below.
    const imageMib = mib + 24 + Math.ceil(mib / 32) + Math.ceil(files / 2048);
    await handle.truncate(imageMib * 2 ** 20);
    await handle.close();
    const bare = '^has_journal,^resize_inode';
    const owner = `root_owner=${uid}:${gid},lazy_itable_init=1,nodiscard`;
    const size = ['-b', String(BLOCK_BYTES), '-N', String(files), '-m', '0'];
    await run('mkfs.ext4', ['-q', '-F', ...size, '-O', bare, '-E', owner, image]);
    // Reserved for root, whom no container runs as: to all others exactly the cap is free. The kernel keeps a
    // fiftieth to itself, 4096 blocks at most (ext4_calculate_resv_clusters).
    const kernels = Math.min(Math.floor((imageMib * BLOCKS_A_MIB) / 50), 4096);
    const surplus = (await freeBlocks(image)) + LOST_AND_FOUND_BLOCKS - kernels - mib * BLOCKS_A_MIB;
    if (surplus < 0) throw new Error(`The file system for ${mib} MiB is ${-surplus} blocks too small.`);
    await run('tune2fs', ['-r', String(surplus), image]);
    await run('mount', ['-o', 'loop,nosuid,nodev,noexec,noatime', image, folder]);
    await rmdir(join(folder, 'lost+found'));
  } finally {
    await rm(image, { force: true });
  }
}

/**
 * The largest that a disk could ever take, were nothing else on it that can go; 0 where none can be mounted, which
 * is tried with a small one below `diskFolder`.
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
    // A disk that is full now says nothing of tomorrow.
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
  if (found === undefined) throw new Error('dumpe2fs does not say how many blocks are free.');
  return Number(found);
}
