import { existsSync, type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs';

/**
 * Reads what a running container uses from its control group, which disappears with the container. Memory is
 * sampled ten times a second. The kernel also notifies of refused forks and, with cgroup version 2, of
 * processes killed for lack of memory.
 */
export interface UsageWatch {
  /** Returns what was observed since the start or the last lap; null or 0 if the host does not report it. */
  lap(): Usage;
  /** Returns the last lap and stops observing. */
  stop(): Usage;
}

export interface Usage {
  peakMemoryBytes: number | null;
  /** Forks and threads that were refused at the process limit. */
  refusedForks: number;
  oomKills: number;
}

const INTERVAL_MS = 100;
const CGROUP_ROOT = '/sys/fs/cgroup';

export function watchUsage(containerId: string, cgroups = CGROUP_ROOT): UsageWatch {
  const group = groupFiles(containerId, cgroups);
  const usage: Usage = { peakMemoryBytes: null, refusedForks: 0, oomKills: 0 };
  const before: Usage = { ...usage };
  const sample = () => {
    const peak = readPeak(group, before.peakMemoryBytes);
    if (peak !== null) usage.peakMemoryBytes = Math.max(usage.peakMemoryBytes ?? 0, peak);
    usage.refusedForks = Math.max(usage.refusedForks, readCount(group.forks, 'max'));
    usage.oomKills = Math.max(usage.oomKills, readCount(group.ooms, 'oom_kill'));
  };
  sample();
  const timer = setInterval(sample, INTERVAL_MS);
  const watcher = watchFile(group.forks, () => {
    // If the group is gone before it can be read, the notification is all we know.
    if (read(group.forks) === null) usage.refusedForks = Math.max(usage.refusedForks, 1);
    else sample();
  });
  // cgroup version 1 sends no change events for this file; there the engine gets notifications in another
  // way.
  const ooms = group.isVersion2 ? watchFile(group.ooms, sample) : null;
  const sinceLap = (): Usage => {
    sample();
    return {
      peakMemoryBytes: usage.peakMemoryBytes,
      refusedForks: usage.refusedForks - before.refusedForks,
      oomKills: usage.oomKills - before.oomKills,
    };
  };
  const lap = (): Usage => {
    const observed = sinceLap();
    Object.assign(before, usage, { peakMemoryBytes: restartPeak(group) });
    usage.peakMemoryBytes = null;
    // The current usage is the minimum for the next lap, however short that is.
    sample();
    return observed;
  };
  return {
    lap,
    stop() {
      clearInterval(timer);
      watcher?.close();
      ooms?.close();
      return sinceLap();
    },
  };
}

/**
 * Returns the kernel's high-water mark if it has risen since `before`. Otherwise the mark is from an earlier
 * lap, so the current usage is returned.
 */
function readPeak(group: GroupFiles, before: number | null): number | null {
  const peak = readNumber(group.peak);
  return peak !== null && peak > (before ?? 0) ? peak : readNumber(group.used);
}

/** Resets the high-water mark if the kernel allows it, otherwise returns its current value. */
function restartPeak({ peak, isVersion2 }: GroupFiles): number | null {
  // Version 2 may accept the write, but resets the mark only for that open file.
  if (isVersion2) return readNumber(peak);
  try {
    writeFileSync(peak, '0', { flag: 'r+' });
    return null;
  } catch {
    return readNumber(peak);
  }
}

/** Kernel files with a container's usage, which disappear when it ends. */
interface GroupFiles {
  peak: string;
  used: string;
  ooms: string;
  forks: string;
  isVersion2: boolean;
}

/** Uses the engine's naming scheme, under either cgroup driver. */
function groupFiles(id: string, cgroups: string): GroupFiles {
  const folderIn = (root: string): string => {
    const candidates = [`${root}/docker/${id}`, `${root}/system.slice/docker-${id}.scope`];
    return candidates.find((folder) => existsSync(folder)) ?? '/nonexistent';
  };
  const isVersion2 = existsSync(`${cgroups}/cgroup.controllers`);
  const memory = folderIn(isVersion2 ? cgroups : `${cgroups}/memory`);
  const [peak, used, ooms] = isVersion2
    ? ['memory.peak', 'memory.current', 'memory.events']
    : ['memory.max_usage_in_bytes', 'memory.usage_in_bytes', 'memory.oom_control'];
  const pids = isVersion2 ? memory : folderIn(`${cgroups}/pids`);
  return {
    peak: `${memory}/${peak}`,
    used: `${memory}/${used}`,
    ooms: `${memory}/${ooms}`,
    forks: `${pids}/pids.events`,
    isVersion2,
  };
}

/** Returns null if this kernel does not have the file or it is gone with the container. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function readNumber(file: string): number | null {
  const text = read(file);
  return text === null ? null : Number(text);
}

function readCount(file: string, key: string): number {
  const line = read(file)
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
