import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PlatformFault } from '#lib/domain/codes.ts';
import type { InputFile } from './contract-exec.ts';
import { FULL_BELOW_BYTES, mountDiskOutput } from './disk-output.ts';
import { emptyFolder } from './empty-folder.ts';

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

/** Mounts the runner's memory below `root`. Throws PlatformFault where mounting is not permitted. */
export async function openScratch(root: string): Promise<Scratch> {
  const memory = join(root, 'memory');
  const diskFolder = join(root, 'disk');
  for (const folder of [root, memory, diskFolder]) await mkdir(folder, { recursive: true, mode: 0o700 });
  // A root that was there before, with whatever mode.
  await chmod(root, 0o700);
  if (!(await mountsBelow(memory)).includes(memory)) {
    await mountTmpfs(memory, 'mode=0700,size=25%,nosuid,nodev,noexec');
  }
  const sweep = async () => {
    for (const mounted of (await mountsBelow(memory)).reverse())
      if (mounted !== memory) await unmount(mounted);
    await removeChildren(memory);
    await removeChildren(diskFolder);
  };
  return {
    diskFolder,
    createRun: (options) => createRun({ memory, diskFolder }, options),
    sweep,
    async close() {
      await sweep();
      await unmount(memory);
    },
  };
}

async function createRun(
  { memory, diskFolder }: { memory: string; diskFolder: string },
  options: RunFolderOptions,
): Promise<RunFolders> {
  // A container reads the name of its folder in /proc/self/mountinfo, so it says nothing.
  const folder = join(memory, randomBytes(8).toString('hex'));
  const input = join(folder, 'input');
  const output = join(folder, 'output');
  const shown: string[] = [];
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
        throw asDiskFault(error);
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
      if ((await mountsBelow(folder)).includes(output)) await unmount(output);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await mkdir(input, { recursive: true, mode: 0o755 });
    await mkdir(output, { mode: 0o755 });
    await mountOutput(output, diskFolder, options);
    for (const file of options.files) await run.addInput(file);
    return run;
  } catch (error) {
    await run.remove();
    throw asDiskFault(error);
  }
}

function mountOutput(
  folder: string,
  diskFolder: string,
  { outputMib, outputFiles = OUTPUT_FILES, outputOnDisk = false, uid, gid }: RunFolderOptions,
): Promise<void> {
  if (outputOnDisk)
    return mountDiskOutput(folder, { diskFolder, mib: outputMib, files: outputFiles, uid, gid });
  const size = outputMib * 2 ** 20;
  return mountTmpfs(
    folder,
    `mode=0755,uid=${uid},gid=${gid},size=${size},nr_inodes=${outputFiles},nosuid,nodev,noexec`,
  );
}

function asDiskFault(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new PlatformFault('DISK_FULL', 'The runner’s memory for scans is full.', { cause: error });
  }
  return error;
}

const run = promisify(execFile);

async function mountTmpfs(folder: string, options: string): Promise<void> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', options, 'heldout', folder]);
  } catch (error) {
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new PlatformFault(
      'INTERNAL',
      `A tmpfs can't be mounted at ${folder}. The runner needs root, or CAP_SYS_ADMIN in its container: ${reason}`,
      { cause: error },
    );
  }
}

/** Whether this process may mount, tried on an empty folder. */
export async function canMountTmpfs(folder: string): Promise<boolean> {
  try {
    await mountTmpfs(folder, 'size=64k');
  } catch {
    return false;
  }
  await unmount(folder);
  return true;
}

/** Lazily where a mount is busy: it is gone from sight at once, and from memory with its last user. */
async function unmount(folder: string): Promise<void> {
  try {
    await run('umount', [folder]);
  } catch {
    if (!(await mountsBelow(folder)).includes(folder)) return;
    await run('umount', ['-l', folder]);
  }
}

/** Mount points at or below a folder, outermost first. */
async function mountsBelow(folder: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines
    .map((line) => unescapePath(line.split(' ')[4] ?? ''))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}

/** mountinfo writes spaces and backslashes in octal. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

async function removeChildren(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}
