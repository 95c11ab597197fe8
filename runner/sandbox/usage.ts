import { existsSync, type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs';

/**
 * What a running container has used, read from its control group, which is gone with the container: memory
 * is looked at ten times a second, refused forks are also told by the kernel when they happen.
 */
export interface UsageWatch {
  /** What was seen since the start or the last lap, null or 0 where the host does not show it. */
  lap(): Usage;
  /** The last lap; stops looking. */
  stop(): Usage;
}

export interface Usage {
  peakMemoryBytes: number | null;
  /** Forks and threads that the limit of processes refused. */
  refusedForks: number;
  oomKills: number;
}

const EVERY_MS = 100;
const CGROUP_ROOT = '/sys/fs/cgroup';

export function watchUsage(containerId: string): UsageWatch {
  const folders = groupFolders(containerId);
  const usage: Usage = { peakMemoryBytes: null, refusedForks: 0, oomKills: 0 };
  const before: Usage = { ...usage };
  const look = () => {
    const peak = readPeak(folders.memory, before.peakMemoryBytes);
    if (peak !== null) usage.peakMemoryBytes = Math.max(usage.peakMemoryBytes ?? 0, peak);
    usage.refusedForks = Math.max(usage.refusedForks, readCount(`${folders.pids}/pids.events`, 'max'));
    usage.oomKills = Math.max(
      usage.oomKills,
      readCount(`${folders.memory}/memory.oom_control`, 'oom_kill'),
      readCount(`${folders.memory}/memory.events`, 'oom_kill'),
    );
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  const watcher = watchFile(`${folders.pids}/pids.events`, () => {
    // Where the group is gone before it could be read, that it spoke is all there is to know.
    if (readFirst([`${folders.pids}/pids.events`]) === null)
      usage.refusedForks = Math.max(usage.refusedForks, 1);
    else look();
  });
  const sinceLap = (): Usage => {
    look();
    return {
      peakMemoryBytes: usage.peakMemoryBytes,
      refusedForks: usage.refusedForks - before.refusedForks,
      oomKills: usage.oomKills - before.oomKills,
    };
  };
  const lap = (): Usage => {
    const seen = sinceLap();
    Object.assign(before, usage, { peakMemoryBytes: restartPeak(folders.memory) });
    usage.peakMemoryBytes = null;
    // What it holds now is the least that the next lap comes to, however short that is.
    look();
    return seen;
  };
  return {
    lap,
    stop() {
      clearInterval(timer);
      watcher?.close();
      return sinceLap();
    },
  };
}

/**
 * The kernel's own high-water mark where it has risen since `before`; else what is used now, because the mark
 * is of an earlier lap.
 */
function readPeak(memory: string, before: number | null): number | null {
  const peak = readFirst([`${memory}/memory.max_usage_in_bytes`, `${memory}/memory.peak`]);
  if (peak !== null && Number(peak) > (before ?? 0)) return Number(peak);
  const used = readFirst([`${memory}/memory.usage_in_bytes`, `${memory}/memory.current`]);
  return used === null ? null : Number(used);
}

/** Sets the high-water mark back where the kernel lets us (cgroup v1), else says where it stands. */
function restartPeak(memory: string): number | null {
  try {
    writeFileSync(`${memory}/memory.max_usage_in_bytes`, '0', { flag: 'r+' });
    return null;
  } catch {
    const peak = readFirst([`${memory}/memory.max_usage_in_bytes`, `${memory}/memory.peak`]);
    return peak === null ? null : Number(peak);
  }
}

/** By the engine's own naming, under either cgroup version and driver. */
function groupFolders(id: string): { memory: string; pids: string } {
  const find = (controller: string): string => {
    const roots = [`${CGROUP_ROOT}/${controller}`, CGROUP_ROOT];
    const candidates = roots.flatMap((root) => [
      `${root}/docker/${id}`,
      `${root}/system.slice/docker-${id}.scope`,
    ]);
    return candidates.find((folder) => existsSync(folder)) ?? '/nonexistent';
  };
  return { memory: find('memory'), pids: find('pids') };
}

function readFirst(files: readonly string[]): string | null {
  for (const file of files) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      // Another version of cgroups, or gone with the container.
    }
  }
  return null;
}

function readCount(file: string, key: string): number {
  const line = readFirst([file])
    ?.split('\n')
    .find((entry) => entry.startsWith(`${key} `));
  return line ? Number(line.slice(key.length + 1)) : 0;
}

function watchFile(file: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(file, { persistent: false }, (event) => {
      if (event === 'change') onChange();
    });
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return null;
  }
}
