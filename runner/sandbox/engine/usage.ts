import { existsSync, type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs';

/**
 * What a running container has used, read from its control group, which is gone with the container: memory
 * is looked at ten times a second; refused forks, and in version 2 processes that were killed for memory, are
 * also told by the kernel when they happen.
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

export function watchUsage(containerId: string, cgroups = CGROUP_ROOT): UsageWatch {
  const group = groupFiles(containerId, cgroups);
  const usage: Usage = { peakMemoryBytes: null, refusedForks: 0, oomKills: 0 };
  const before: Usage = { ...usage };
  const look = () => {
    const peak = readPeak(group, before.peakMemoryBytes);
    if (peak !== null) usage.peakMemoryBytes = Math.max(usage.peakMemoryBytes ?? 0, peak);
    usage.refusedForks = Math.max(usage.refusedForks, readCount(group.forks, 'max'));
    usage.oomKills = Math.max(usage.oomKills, readCount(group.ooms, 'oom_kill'));
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  const watcher = watchFile(group.forks, () => {
    // Where the group is gone before it could be read, that it spoke is all there is to know.
    if (read(group.forks) === null) usage.refusedForks = Math.max(usage.refusedForks, 1);
    else look();
  });
  // Version 1 tells of no change of its file; there the engine is told by a way of its own.
  const ooms = group.isVersion2 ? watchFile(group.ooms, look) : null;
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
    Object.assign(before, usage, { peakMemoryBytes: restartPeak(group) });
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
      ooms?.close();
      return sinceLap();
    },
  };
}

/**
 * The kernel's own high-water mark where it has risen since `before`; else what is used now, because the mark
 * is of an earlier lap.
 */
function readPeak(group: GroupFiles, before: number | null): number | null {
  const peak = readNumber(group.peak);
  return peak !== null && peak > (before ?? 0) ? peak : readNumber(group.used);
}

/** Sets the high-water mark back where the kernel lets us, else says where it stands. */
function restartPeak({ peak, isVersion2 }: GroupFiles): number | null {
  // Version 2 may take the write, and sets the mark back for that one open file alone.
  if (isVersion2) return readNumber(peak);
  try {
    writeFileSync(peak, '0', { flag: 'r+' });
    return null;
  } catch {
    return readNumber(peak);
  }
}

/** Where the kernel shows what a container uses; nothing is there any more when it has ended. */
interface GroupFiles {
  peak: string;
  used: string;
  ooms: string;
  forks: string;
  isVersion2: boolean;
}

/** By the engine's own naming, under either driver. */
function groupFiles(id: string, cgroups: string): GroupFiles {
  const folderIn = (root: string): string => {
    const named = [`${root}/docker/${id}`, `${root}/system.slice/docker-${id}.scope`];
    return named.find((folder) => existsSync(folder)) ?? '/nonexistent';
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

/** null: this kernel does not show it, or it is gone with the container. */
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
