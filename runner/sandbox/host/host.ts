import { constants, existsSync } from 'node:fs';
import { access, readdir, readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { Contract } from '#lib/domain/phases/settings.ts';
import type { Gpu } from '#lib/domain/runners/capabilities.ts';
import { canEnterNetworks } from '#runner/sandbox/contracts/relay.ts';
import type { Engine, EngineInfo } from '#runner/sandbox/engine/engine.ts';
import { largestDiskOutputMib } from '#runner/sandbox/files/disk-output.ts';

/**
 * The capabilities of this host as plain JSON: the runner records them, `heldout doctor` prints them. Types
 * rather than interfaces, because JSON's type has an index signature.
 */
export type HostFacts = {
  engine: EngineInfo;
  /** Control groups of containers are readable, so peak memory and refused processes are reported. */
  usageReadable: boolean;
  /** The number of user namespaces that the kernel allows; 0 if they are disabled. */
  maxUserNamespaces: number | null;
  /**
   * Where the kernel sends the memory of a crashed program: a file's name, or "|" and a program of the host.
   */
  corePattern: string;
  sharedMemoryBytes: number | null;
  memoryBytes: number;
  disk: { folder: string; freeBytes: number; totalBytes: number } | null;
  /** The engine's name for gVisor's runtime, if it is set up. */
  gvisorRuntime: string | null;
  gpu: { device: boolean; runtime: boolean };
  /** GPUs that the engine can pass to containers. */
  gpus: Gpu[];
  /** Contracts that this host supports: `INVOKE` needs permission to enter a container's network. */
  contracts: Contract[];
  /** Those of PROGRAMS that are not on the path. */
  missingPrograms: string[];
  loopDevices: boolean;
  /** The largest output that its disk could hold if memory can't; 0 if it can't provide any on disk. */
  outputDiskMib: number;
};

/**
 * Programs that run beside the engine: to mount, to create an output on disk, to enter a container's network.
 */
const PROGRAMS = ['mount', 'umount', 'mkfs.ext4', 'tune2fs', 'dumpe2fs', 'nsenter'];

/** `diskFolder`: where outputs on disk would be. Throws PlatformError('ENGINE_LOST') if no engine answers. */
export async function readHost(engine: Engine, diskFolder: string): Promise<HostFacts> {
  await engine.ping();
  const info = await engine.info();
  const hasGpuRuntime = info.runtimes.includes('nvidia');
  return {
    engine: info,
    usageReadable: existsSync('/sys/fs/cgroup/pids') || existsSync('/sys/fs/cgroup/cgroup.controllers'),
    maxUserNamespaces: await readNumber('/proc/sys/user/max_user_namespaces'),
    corePattern: (await readFile('/proc/sys/kernel/core_pattern', 'utf8').catch(() => '')).trim(),
    sharedMemoryBytes: (await space('/dev/shm'))?.totalBytes ?? null,
    memoryBytes: totalmem(),
    disk: await space(info.dataFolder),
    gvisorRuntime: info.runtimes.find((name) => /runsc|gvisor/.test(name)) ?? null,
    contracts: (await canEnterNetworks()) ? ['EXEC', 'INVOKE', 'BATCH'] : ['EXEC', 'BATCH'],
    missingPrograms: await findMissing(PROGRAMS),
    loopDevices: existsSync('/dev/loop-control'),
    outputDiskMib: await largestDiskOutputMib(diskFolder),
    gpu: { device: existsSync('/dev/nvidiactl'), runtime: hasGpuRuntime },
    gpus: hasGpuRuntime ? await readGpus() : [],
  };
}

/** Reads the list of NVIDIA's driver: a folder per GPU, with a file of "Name: value" lines. */
export async function readGpus(folder = '/proc/driver/nvidia/gpus'): Promise<Gpu[]> {
  const names = await readdir(folder).catch(() => []);
  const gpus = names.sort().map(async (name): Promise<Gpu[]> => {
    const text = await readFile(path.join(folder, name, 'information'), 'utf8').catch(() => '');
    const model = /^Model:\s*(.+?)\s*$/m.exec(text)?.[1];
    const uuid = /^GPU UUID:\s*(GPU-[0-9a-f-]+)\s*$/m.exec(text)?.[1];
    return model && uuid ? [{ uuid, model }] : [];
  });
  return (await Promise.all(gpus)).flat();
}

async function findMissing(programs: readonly string[]): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const isInstalled = (program: string) =>
    Promise.any(folders.map((folder) => access(path.join(folder, program), constants.X_OK))).then(
      () => true,
      () => false,
    );
  const found = await Promise.all(programs.map(isInstalled));
  return programs.filter((_, index) => !found[index]);
}

/** Free space of the disk that contains a folder; null if the folder is not on this host. */
export async function freeBytesAt(folder: string): Promise<number | null> {
  return (await space(folder))?.freeBytes ?? null;
}

async function space(
  folder: string,
): Promise<{ folder: string; freeBytes: number; totalBytes: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

async function readNumber(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\d+\s*$/.test(text) ? Number(text) : null;
}
