// Plain JavaScript without dependencies, because the setup script reads it before any package is installed.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ProcessStat
 * @property {string} state a letter: "R" runs, "S" sleeps, "Z" has ended and its parent has not taken note yet
 * @property {number} startTicks when it started, in clock ticks since the host's start; tells it from an earlier
 *   process of the same number
 */

/**
 * @param {string} text what /proc/PID/stat holds
 * @returns {ProcessStat | null} null: it holds something else
 */
export function parseProcessStat(text) {
  // proc(5): the name, field 2, may hold spaces and brackets; the state is field 3, the start field 22.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = Number(fields[19]);
  return state && Number.isFinite(startTicks) ? { state, startTicks } : null;
}

/**
 * @param {number} pid
 * @returns {ProcessStat | null} null: there is no such process, or no Linux
 */
export function readProcessStat(pid) {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}
