// A lock between processes that ends with its holder: a file that names the process which made it.
// No dependencies: set-up uses it before any package is there.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readProcessStat } from '#runner/sandbox/host/process-stat.mjs';

/**
 * What tells one process from every other, past ones included; the number alone where there is no Linux.
 * @param {number} pid
 */
export function processMark(pid) {
  return `${pid} ${readProcessStat(pid)?.startTicks ?? ''}`;
}

/**
 * Whether the process that `processMark` described still runs.
 * @param {string} mark
 */
export function markIsAlive(mark) {
  const pid = Number.parseInt(mark, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  return processMark(pid) === mark;
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * One attempt. Returns '' when the lock is ours, else the mark of who holds it.
 * @param {string} path
 */
function tryLock(path) {
  try {
    writeFileSync(path, processMark(process.pid), { flag: 'wx' });
    return '';
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  const mark = readIfThere(path);
  if (mark === null) return 'nobody';
  // An empty file is one that its holder has made but not yet filled.
  if (mark === '' || markIsAlive(mark)) return mark || 'somebody';
  // Renamed before it is removed, so that of several who see a dead holder only one clears it away.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch {
    // Another was faster.
  }
  return 'nobody';
}

/**
 * Runs `work` while nobody else holds the lock at `path`. Waits for the holder as long as it lives.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(holderPid: number) => void} [onWait] called once if there is somebody to wait for
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  for (let holder = tryLock(path); holder !== ''; holder = tryLock(path)) {
    const pid = Number.parseInt(holder, 10);
    if (!told && pid > 0) {
      told = true;
      onWait?.(pid);
    }
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
