import { existsSync, readFileSync } from 'node:fs';

/** The memory of a process and the ones that it has started, each at its own peak, in bytes; null without /proc. */
export function peakMemoryBytes(pid: number): number | null {
  if (!existsSync('/proc/self/status')) return null;
  return processTree(pid).reduce((sum, one) => sum + peakOf(one), 0);
}

function processTree(pid: number): number[] {
  const children = readProc(`${pid}/task/${pid}/children`)
    .split(' ')
    .filter((text) => text !== '');
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

/** VmHWM: the most physical memory that the process has ever had. */
function peakOf(pid: number): number {
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readProc(`${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Empty for a process that has ended meanwhile. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}
