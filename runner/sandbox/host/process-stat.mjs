// Plain JavaScript without dependencies, because the setup script reads it before any package is installed.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ProcessStat
 * @property {string} state a letter: "R" running, "S" sleeping, "Z" ended, but not yet waited for by its parent
 * @property {number} startTicks start time in clock ticks since the host started; distinguishes it from an
 *   earlier process with the same ID
 */

/**
 * @param {string} text content of /proc/PID/stat
 * @returns {ProcessStat | null} null if the content has another format
 */
export function parseProcessStat(text) {
  // proc(5): field 2, the name, may contain spaces and brackets; field 3 is the state, field 22 the start time.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = Number(fields[19]);
  return state && Number.isFinite(startTicks) ? { state, startTicks } : null;
}

/**
 * @param {number} pid
 * @returns {ProcessStat | null} null if there is no such process, or the host is not Linux
 */
export function readProcessStat(pid) {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}
