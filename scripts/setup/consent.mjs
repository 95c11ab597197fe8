// Whether set-up may change the machine itself (system packages, the Docker engine) without asking.
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';

/**
 * @typedef {object} Facts
 * @property {boolean} yes `--yes` was given
 * @property {boolean} ci
 * @property {boolean} container
 * @property {boolean} root
 * @property {boolean} terminal whether someone can answer a question
 */

/**
 * Temporary machines (CI, containers) may be changed; a personal machine only with consent.
 * @param {Facts} facts
 * @returns {'install' | 'ask' | 'refuse'}
 */
export function decideConsent({ yes, ci, container, root, terminal }) {
  if (yes || ci || (container && root)) return 'install';
  return terminal ? 'ask' : 'refuse';
}

/**
 * Every CI service sets CI to a true value.
 * @param {Record<string, string | undefined>} environment
 */
export function isCi(environment) {
  return !['', '0', 'false'].includes((environment['CI'] ?? '').toLowerCase());
}

/**
 * @param {Record<string, string | undefined>} environment
 * @param {{ exists: (path: string) => boolean, read: (path: string) => string }} files
 */
export function isContainer(environment, files) {
  // Docker and Podman leave a file, systemd-nspawn and Podman a variable, other engines a control group.
  if (files.exists('/.dockerenv') || files.exists('/run/.containerenv') || environment['container'])
    return true;
  return /docker|containerd|kubepods|libpod|lxc/.test(files.read('/proc/1/cgroup'));
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {boolean} yes
 * @returns {Facts}
 */
export function hostFacts(yes) {
  return {
    yes,
    ci: isCi(process.env),
    container: isContainer(process.env, { exists: existsSync, read: readOrEmpty }),
    root: process.getuid?.() === 0,
    terminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}

/**
 * @param {string} question
 * @returns {Promise<boolean>}
 */
export async function askYesNo(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
