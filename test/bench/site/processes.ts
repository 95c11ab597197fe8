import { existsSync, readFileSync } from 'node:fs';

/** The memory of a process and the ones that it has started, each at its own peak, in bytes; null without /proc. */
export function peakMemoryBytes(pid: number): number | null {
  if (!existsSync('/proc/self/status')) return null;
  return processTree(pid).reduce((sum, one) => sum + peakOf(one), 0);
}

/** Clock ticks of /proc, 100 per second on Linux. */
const TICK_MS = 10;

/** The processor time that a process and the ones that it has started have used, in ms; null without /proc. */
export function usedCpuMs(pid: number): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  return processTree(pid).reduce((sum, one) => sum + cpuOf(one), 0);
}

/** utime and stime, of which proc(5) says that they are the 14th and 15th field. The second one is a name in brackets. */
function cpuOf(pid: number): number {
  const fields = readProc(`${pid}/stat`).split(') ').at(-1)!.split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
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
