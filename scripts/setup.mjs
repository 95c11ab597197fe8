// Does what is missing and nothing twice, so that `npm run demo` and `npm test` work on a fresh clone.
//
//   node scripts/setup.mjs         packages, the database client
//   node scripts/setup.mjs demo    … and a Docker engine
//   node scripts/setup.mjs test    … and Chromium, busybox and debootstrap
//   node scripts/setup.mjs cli     as without a word, and says only what it does, on stderr
//
// Runs on the host's own Node (>= 20.19), before there is any package. HELDOUT_NO_INSTALL=1 makes it say
// what it would do; the exit code is then 1 if anything is missing.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engine } from './setup/engine.mjs';
import { withLock } from './setup/lock.mjs';
import { databaseClient, packages } from './setup/packages.mjs';
import { busybox, chromium, debootstrap, gvisor } from './setup/test-tools.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<string | null>} isThere what was found, or null
 * @property {string} missing what to do by hand
 * @property {() => boolean} [canInstall] left out: always
 * @property {() => Promise<string>} install returns what was done
 * @property {boolean} [isOptional] its lack is said, and nothing fails for it
 */

/** @type {Record<string, Step[]>} */
const STEPS = {
  base: [packages, databaseClient],
  cli: [packages, databaseClient],
  demo: [packages, databaseClient, engine],
  test: [packages, databaseClient, engine, chromium, busybox, debootstrap, gvisor],
};

const purpose = process.argv[2] ?? 'base';
/** The command's own output belongs to whoever reads it. */
const print = purpose === 'cli' ? console.error : console.log;

/**
 * @param {string} name
 * @param {string} text
 * @param {number} startedAt
 */
function report(name, text, startedAt) {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  print(`  ${name.padEnd(16)} ${text.padEnd(44)} ${seconds} s`);
}

/**
 * @param {Step} step
 * @param {boolean} mayInstall
 * @returns {Promise<boolean>} whether work can go on: it is there now, or nothing needs it
 */
async function ensure(step, mayInstall) {
  const startedAt = performance.now();
  const found = await step.isThere();
  if (found) {
    if (purpose !== 'cli') report(step.name, found, startedAt);
    return true;
  }
  if (!mayInstall || step.canInstall?.() === false) {
    report(step.name, `missing: ${step.missing}`, startedAt);
    return step.isOptional === true;
  }
  report(step.name, await step.install(), startedAt);
  return true;
}

async function setUp() {
  const steps = STEPS[purpose];
  if (!steps) throw new Error(`no such set-up: ${purpose} (${Object.keys(STEPS).join(', ')})`);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Heldout needs Node 20.19 or later for its set-up; this is ${process.versions.node}`);
  }
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  const mayInstall = process.env['HELDOUT_NO_INSTALL'] !== '1';
  let complete = true;
  if (purpose !== 'cli') print('Set-up');
  const work = async () => {
    for (const step of steps) complete = (await ensure(step, mayInstall)) && complete;
  };
  await withLock('.heldout/setup.lock', work, (pid) => print(`  waiting for the set-up in process ${pid}`));
  return complete;
}

try {
  process.exitCode = (await setUp()) ? 0 : 1;
} catch (error) {
  console.error(`\nSet-up failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
