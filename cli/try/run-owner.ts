import { readFile, readlink } from 'node:fs/promises';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { readProcessStat } from '#runner/sandbox/host/process-stat.mjs';

/**
 * The process that a run of `heldout try` belongs to. A number alone would not do: it is given again to other
 * processes, and means another one after a restart of the host or in another container.
 */
export interface RunOwner {
  /** The host's start, and the namespace in which the number counts. */
  boot: string;
  namespace: string;
  pid: number;
  /** In ticks since the host's start. */
  startedAt: number;
}

/** Throws PlatformError where there is no Linux. */
export async function readOwner(): Promise<RunOwner> {
  try {
    const [bootId, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    const startedAt = readStart(process.pid);
    if (startedAt === null) throw new Error('This process is not listed.');
    return {
      boot: bootId.slice(0, 8),
      namespace: namespace.replace(/\D/g, ''),
      pid: process.pid,
      startedAt,
    };
  } catch (error) {
    throw new PlatformError('INTERNAL', 'It needs Linux, with /proc.', { cause: error });
  }
}

const PREFIX = 'heldout-try';
const NAME = /^heldout-try-([0-9a-f]{8})-(\d+)-(\d+)-(\d+)-\w+$/;

/** What a run's folder and containers are called begins so: whoever finds them knows whose they are. */
export function runNamePrefix({ boot, namespace, pid, startedAt }: RunOwner): string {
  return `${PREFIX}-${boot}-${namespace}-${pid}-${startedAt}-`;
}

/** null: not the name of a run. */
export function ownerOf(name: string): RunOwner | null {
  const [, boot, namespace, pid, startedAt] = NAME.exec(name) ?? [];
  if (boot === undefined || namespace === undefined) return null;
  return { boot, namespace, pid: Number(pid), startedAt: Number(startedAt) };
}

/** Whether the run can't go on any more; false where that can't be told from here. */
export function isDead(owner: RunOwner, self: RunOwner): boolean {
  if (owner.boot !== self.boot) return true;
  // Numbers of another container's processes say nothing here.
  if (owner.namespace !== self.namespace) return false;
  return readStart(owner.pid) !== owner.startedAt;
}

/** null: no such process, or one that has ended and was not yet taken note of. */
function readStart(pid: number): number | null {
  const stat = readProcessStat(pid);
  return stat === null || stat.state === 'Z' || stat.state === 'X' ? null : stat.startTicks;
}
