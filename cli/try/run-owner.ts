import { readFile, readlink } from 'node:fs/promises';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { readProcessStat } from '#runner/sandbox/host/process-stat.mjs';

/**
 * The process that a run of `heldout try` belongs to. The process ID alone isn’t enough: IDs are reused, and mean
 * another process after a reboot or in another container.
 */
export interface RunOwner {
  /** The boot of the host, and the namespace of the process ID. */
  boot: string;
  namespace: string;
  pid: number;
  /** In ticks since the boot. */
  startedAt: number;
}

/** Throws PlatformError if this isn’t Linux. */
export async function readOwner(): Promise<RunOwner> {
  try {
    const [bootId, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    const startedAt = readStart(process.pid);
    if (startedAt === null) throw new Error('This process isn’t listed.');
    return {
      boot: bootId.slice(0, 8),
      namespace: namespace.replace(/\D/g, ''),
      pid: process.pid,
      startedAt,
    };
  } catch (error) {
    throw new PlatformError('INTERNAL', 'It needs Linux with /proc.', { cause: error });
  }
}

const PREFIX = 'heldout-try';
const NAME = /^heldout-try-([0-9a-f]{8})-(\d+)-(\d+)-(\d+)-\w+$/;

/** Prefix of the names of a run’s folder and containers, which tells their owner. */
export function runNamePrefix({ boot, namespace, pid, startedAt }: RunOwner): string {
  return `${PREFIX}-${boot}-${namespace}-${pid}-${startedAt}-`;
}

/** null if `name` isn’t the name of a run. */
export function ownerOf(name: string): RunOwner | null {
  const [, boot, namespace, pid, startedAt] = NAME.exec(name) ?? [];
  if (boot === undefined || namespace === undefined) return null;
  return { boot, namespace, pid: Number(pid), startedAt: Number(startedAt) };
}

/** Whether the run has ended; false if that can’t be determined from here. */
export function isDead(owner: RunOwner, self: RunOwner): boolean {
  if (owner.boot !== self.boot) return true;
  // Process IDs of another container mean nothing here.
  if (owner.namespace !== self.namespace) return false;
  return readStart(owner.pid) !== owner.startedAt;
}

/** null if the process doesn’t exist or is a zombie. */
function readStart(pid: number): number | null {
  const stat = readProcessStat(pid);
  return stat === null || stat.state === 'Z' || stat.state === 'X' ? null : stat.startTicks;
}
