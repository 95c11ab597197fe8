// A lock between processes that ends with its holder: a file that identifies the process that created it. Has
// no dependencies, because set-up uses it before any package is installed.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readProcessStat } from '#runner/sandbox/host/process-stat.mjs';

/**
 * Identifies a process uniquely, even after its ID is reused. Outside Linux it is just the process ID.
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
    // EPERM: it runs as another user.
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
 * Tries to take the lock once. Returns '' on success, otherwise the mark of the holder.
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
  // The file is empty while its holder hasn't written it yet.
  if (mark === '' || markIsAlive(mark)) return mark || 'somebody';
  // Renamed first, so that only one of several processes that see a dead holder removes the lock.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    rmSync(aside, { force: true });
  } catch {
    // Another process was faster.
  }
  return 'nobody';
}

/**
 * Runs `work` while holding the lock at `path`. Waits as long as the current holder is alive.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(holderPid: number) => void} [onWait] called once if another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  let hasNotified = false;
  for (let holder = tryLock(path); holder !== ''; holder = tryLock(path)) {
    const pid = Number.parseInt(holder, 10);
    if (!hasNotified && pid > 0) {
      hasNotified = true;
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
