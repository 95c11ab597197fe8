// Does what is missing and nothing twice, so that `npm run demo` and `npm test` work on a fresh clone.
//
//   node scripts/setup.mjs         packages, the database client
//   node scripts/setup.mjs demo    … and a Docker engine
//   node scripts/setup.mjs test    … and Chromium, busybox, debootstrap, age and gVisor
//   node scripts/setup.mjs cli     as without a word, and says only what it does, on stderr
//
// Runs on the host's own Node (>= 20.19), before there is any package. In CI and as root in a container it
// installs what the system lacks; elsewhere it shows the commands and asks first, or takes --yes for an answer.
// HELDOUT_NO_INSTALL=1 makes it say what it would do; the exit code is then 1 if anything is missing.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askYesNo, decideConsent, hostFacts } from './setup/consent.mjs';
import { engine } from './setup/engine.mjs';
import { withLock } from './setup/lock.mjs';
import { databaseClient, packages } from './setup/packages.mjs';
import { ensureSteps } from './setup/steps.mjs';
import { age, busybox, chromium, debootstrap, gvisor } from './setup/test-tools.mjs';

/** @type {Record<string, import('./setup/steps.mjs').Step[]>} */
const STEPS = {
  base: [packages, databaseClient],
  cli: [packages, databaseClient],
  demo: [packages, databaseClient, engine],
  test: [packages, databaseClient, engine, chromium, busybox, debootstrap, age, gvisor],
};

const { 2: purpose = 'base', 3: option } = process.argv;
/** The command's own output belongs to whoever reads it. */
const print = purpose === 'cli' ? console.error : console.log;

async function setUp() {
  const steps = STEPS[purpose];
  if (!steps) throw new Error(`no such set-up: ${purpose} (${Object.keys(STEPS).join(', ')})`);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Heldout needs Node 20.19 or later for its set-up; this is ${process.versions.node}`);
  }
  process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
  const quiet = purpose === 'cli';
  if (!quiet) print('Set-up');
  const surroundings = {
    mayInstall: process.env['HELDOUT_NO_INSTALL'] !== '1',
    consent: decideConsent(hostFacts(option === '--yes')),
    ask: askYesNo,
    print,
    quiet,
  };
  return withLock(
    '.heldout/setup.lock',
    () => ensureSteps(steps, surroundings),
    (pid) => print(`  waiting for the set-up in process ${pid}`),
  );
}

try {
  process.exitCode = (await setUp()) ? 0 : 1;
} catch (error) {
  console.error(`\nSet-up failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
