import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Contract } from '#runner/types.ts';
import type { Engine, EngineInfo } from './engine.ts';
import { canEnterNetworks } from './relay.ts';

/**
 * What this host has, as plain JSON: the runner records it, `heldout doctor` prints it. Types rather than
 * interfaces, because JSON's type has an index signature.
 */
export type HostFacts = {
  engine: EngineInfo;
  /** Control groups of containers can be read: peak memory and refused processes are seen. */
  usageReadable: boolean;
  /** User namespaces that the kernel lets be made; 0 where they are switched off. */
  maxUserNamespaces: number | null;
  sharedMemoryBytes: number | null;
  memoryBytes: number;
  disk: { folder: string; freeBytes: number; totalBytes: number } | null;
  /** The engine's name of gVisor's runtime, where it is set up. */
  gvisorRuntime: string | null;
  gpu: { device: boolean; runtime: boolean };
  /** What phases may ask for here: `INVOKE` needs the right to enter a container's network. */
  contracts: Contract[];
};

/** Throws PlatformFault('ENGINE_LOST') where no engine answers. */
export async function readHost(engine: Engine): Promise<HostFacts> {
  await engine.ping();
  const info = await engine.info();
  return {
    engine: info,
    usageReadable: existsSync('/sys/fs/cgroup/pids') || existsSync('/sys/fs/cgroup/cgroup.controllers'),
    maxUserNamespaces: await readNumber('/proc/sys/user/max_user_namespaces'),
    sharedMemoryBytes: (await space('/dev/shm'))?.totalBytes ?? null,
    memoryBytes: totalmem(),
    disk: await space(info.dataFolder),
    gvisorRuntime: info.runtimes.find((name) => /runsc|gvisor/.test(name)) ?? null,
    contracts: (await canEnterNetworks()) ? ['EXEC', 'INVOKE', 'BATCH'] : ['EXEC', 'BATCH'],
    gpu: { device: existsSync('/dev/nvidiactl'), runtime: info.runtimes.includes('nvidia') },
  };
}

/** What is free where a folder lies; null where the folder is not on this host. */
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
