import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { InputFile } from '#runner/sandbox/contracts/exec-files.ts';
import { FULL_BELOW_BYTES, mountDiskOutput } from './disk-output.ts';
import { emptyFolder } from './empty-folder.ts';
import { type Mounter, mountsBelow, openMounter } from './mounts.ts';

/**
 * Folders of runs, in memory. One tmpfs a runner holds the scans that containers read; every run's /output is
 * a tmpfs of its own with an exact cap, which survives the container and is collected when it is dead. Both
 * lie below a folder that only root may enter, and neither ever touches a disk, unless a phase promises more
 * output than its containers have memory.
 */
export interface Scratch {
  /** On disk, for what is not secret and may be large (image archives while they are checked). */
  diskFolder: string;
  createRun(options: RunFolderOptions): Promise<RunFolders>;
  /** Removes what earlier processes left: folders of runs and their mounts. */
  sweep(): Promise<void>;
  /** Unmounts the memory; no run may be under way. */
  close(): Promise<void>;
}

export interface RunFolderOptions {
  /** What lies in /input at the start. */
  files: readonly InputFile[];
  outputMib: number;
  /** Files and folders that /output may hold. */
  outputFiles?: number;
  /** Where it does not fit into memory; see disk-output.ts. */
  outputOnDisk?: boolean;
  uid: number;
  gid: number;
}

export interface RunFolders {
  input: string;
  output: string;
  /** Puts a file into /input. */
  addInput(file: InputFile): Promise<void>;
  /** Takes everything out of /input, also from who holds a file open. */
  emptyInput(): Promise<void>;
  /** The cap of bytes or of files was reached. */
  isOutputFull(): Promise<boolean>;
  /** Takes everything out of /output. The container must be dead or frozen. */
  emptyOutput(): Promise<void>;
  /** Does nothing the second time. */
  remove(): Promise<void>;
}

export const OUTPUT_FILES = 8192;

/** Mounts the runner's memory below `root`. Throws PlatformError where mounting is not permitted. */
export async function openScratch(root: string): Promise<Scratch> {
  const memory = join(root, 'memory');
  const diskFolder = join(root, 'disk');
  for (const folder of [root, memory, diskFolder]) await mkdir(folder, { recursive: true, mode: 0o700 });
  // A root that was there before, with whatever mode.
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
  // A container reads the name of its folder in /proc/self/mountinfo, so it says nothing.
  const folder = join(memory, randomBytes(8).toString('hex'));
  const input = join(folder, 'input');
  const output = join(folder, 'output');
  const shown: string[] = [];
  let isMounted = false;
  const run: RunFolders = {
    input,
    output,
    async addInput({ path, bytes }) {
      const file = join(input, path);
      shown.push(file);
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o755 });
        await writeFile(file, bytes, { flag: 'wx', mode: 0o444 });
      } catch (error) {
        throw asDiskError(error);
      }
    },
    async emptyInput() {
      // A container that still holds the file open sees it empty, and can't keep its memory from us.
      for (const file of shown.splice(0)) await truncate(file);
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
    await mkdir(output, { mode: 0o755 });
    isMounted = true;
    await mountOutput(output, home, options);
    for (const file of options.files) await run.addInput(file);
    return run;
  } catch (error) {
    await run.remove();
    throw asDiskError(error);
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

function asDiskError(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new PlatformError('DISK_FULL', 'The runner’s memory for scans is full.', { cause: error });
  }
  return error;
}

async function removeChildren(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
