import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { InputFile } from '#runner/sandbox/contracts/case-files.ts';
import { FULL_BELOW_BYTES, mountDiskOutput } from './disk-output.ts';
import { emptyFolder } from './empty-folder.ts';
import { type Mounter, mountsBelow, openMounter } from './mounts.ts';

/**
 * Folders of container runs, in memory. One tmpfs per runner contains the scans that containers read. Each
 * run's /output is a separate tmpfs with an exact size limit, which outlives the container and is collected
 * when the container is dead. Both are below a folder that only root may enter. Neither touches a disk,
 * unless a phase promises more output than its containers have memory.
 */
export interface Scratch {
  /**
   * A folder on disk, for data that is not secret and may be large (image archives while they are checked).
   */
  diskFolder: string;
  createRun(options: RunFolderOptions): Promise<RunFolders>;
  /** Size of the memory that all runs share, in bytes, whether it is in use or not. */
  memoryBytes(): Promise<number>;
  /** Removes folders of runs and their mounts that earlier processes left. */
  sweep(): Promise<void>;
  /** Unmounts the memory; no container run may be in progress. */
  close(): Promise<void>;
}

export interface RunFolderOptions {
  /** The initial content of /input. */
  files: readonly InputFile[];
  outputMib: number;
  /** Maximum number of files and folders in /output. */
  outputFiles?: number;
  /** Whether /output is on disk because it does not fit into memory; see disk-output.ts. */
  outputOnDisk?: boolean;
  /** Whether there is a folder for the truth beside /input: for an organizer's scorer. */
  hasTruth?: boolean;
  uid: number;
  gid: number;
}

export interface RunFolders {
  input: string;
  output: string;
  /** Empty at first; undefined if the run has none. */
  truth?: string;
  /** Adds a file to /input. */
  addInput(file: InputFile): Promise<void>;
  /** Removes everything from /input, even for processes that hold a file open. */
  emptyInput(): Promise<void>;
  /** Whether the limit of bytes or of files was reached. */
  isOutputFull(): Promise<boolean>;
  /** Removes everything from /output. The container must be dead or frozen. */
  emptyOutput(): Promise<void>;
  /** A second call has no effect. */
  remove(): Promise<void>;
}

export const OUTPUT_FILES = 8192;

/** Mounts the runner's memory below `root`. Throws PlatformError if mounting is not permitted. */
export async function openScratch(root: string): Promise<Scratch> {
  const memory = join(root, 'memory');
  const diskFolder = join(root, 'disk');
  for (const folder of [root, memory, diskFolder]) await mkdir(folder, { recursive: true, mode: 0o700 });
  // The root may already exist, with any mode.
  await chmod(root, 0o700);
  const mounter = openMounter();
  try {
    if (!(await mountsBelow(memory)).includes(memory))
      await mounter.mountTmpfs(memory, 'mode=0700,size=25%,nosuid,nodev,noexec');
  } catch (error) {
    await mounter.close();
    throw error;
  }
  const sweep = async () => {
    for (const mounted of (await mountsBelow(memory)).reverse())
      if (mounted !== memory) await mounter.unmount(mounted);
    await removeChildren(memory);
    await removeChildren(diskFolder);
  };
  return {
    diskFolder,
    createRun: (options) => createRun({ memory, diskFolder, mounter }, options),
    async memoryBytes() {
      const { blocks, bsize } = await statfs(memory);
      return blocks * bsize;
    },
    sweep,
    async close() {
      await sweep();
      await mounter.unmount(memory);
      await mounter.close();
    },
  };
}

interface ScratchHome {
  memory: string;
  diskFolder: string;
  mounter: Mounter;
}

async function createRun(home: ScratchHome, options: RunFolderOptions): Promise<RunFolders> {
  const { memory, mounter } = home;
  // A container can read the name of its folder in /proc/self/mountinfo, so the name reveals nothing.
  const folder = join(memory, randomBytes(8).toString('hex'));
  const input = join(folder, 'input');
  const output = join(folder, 'output');
  const truth = options.hasTruth ? join(folder, 'truth') : undefined;
  const inputFiles: string[] = [];
  let isMounted = false;
  const run: RunFolders = {
    input,
    output,
    ...(truth !== undefined && { truth }),
    async addInput({ path, bytes }) {
      const file = join(input, path);
      inputFiles.push(file);
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o755 });
        await writeFile(file, bytes, { flag: 'wx', mode: 0o444 });
      } catch (error) {
        throw toDiskError(error);
      }
    },
    async emptyInput() {
      // A container that still has the file open sees it empty and can't keep its memory allocated.
      for (const file of inputFiles.splice(0)) await truncate(file);
      await removeChildren(input);
    },
    async isOutputFull() {
      const { bavail, bsize, ffree } = await statfs(output);
      return bavail * bsize <= (options.outputOnDisk ? FULL_BELOW_BYTES : 0) || ffree === 0;
    },
    emptyOutput: () => emptyFolder(output),
    async remove() {
      if (isMounted) await mounter.unmount(output);
      isMounted = false;
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await mkdir(input, { recursive: true, mode: 0o755 });
    if (truth !== undefined) await mkdir(truth, { mode: 0o755 });
    await mkdir(output, { mode: 0o755 });
    isMounted = true;
    await mountOutput(output, home, options);
    for (const file of options.files) await run.addInput(file);
    return run;
  } catch (error) {
    await run.remove();
    throw toDiskError(error);
  }
}

function mountOutput(
  folder: string,
  { diskFolder, mounter }: ScratchHome,
  { outputMib, outputFiles = OUTPUT_FILES, outputOnDisk = false, uid, gid }: RunFolderOptions,
): Promise<void> {
  if (outputOnDisk)
    return mountDiskOutput(folder, { diskFolder, mib: outputMib, files: outputFiles, uid, gid });
  const size = outputMib * 2 ** 20;
  return mounter.mountTmpfs(
    folder,
    `mode=0755,uid=${uid},gid=${gid},size=${size},nr_inodes=${outputFiles},nosuid,nodev,noexec`,
  );
}

/** Names the error of a full memory. */
export function toDiskError(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new PlatformError('DISK_FULL', 'The runner’s memory for inputs is full.', { cause: error });
  }
  return error;
}

async function removeChildren(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
