// Tools that only the tests need.
import { existsSync } from 'node:fs';
import { aptCommand, canInstallDebianPackages, distribution, installDebianPackages } from './apt.mjs';
import { run } from './run.mjs';

/** As Playwright's own: without the windows, which would take a third of the time of the tests. */
const DEBIAN_CHROMIUM = '/usr/bin/chromium-headless-shell';
const CHROMIUM = ['chromium-headless-shell', 'fonts-dejavu-core'];
const PLAYWRIGHT = ['node_modules/playwright/cli.js'];

/** Ubuntu's package is a snap, which requires systemd. */
function takesDebianChromium() {
  return canInstallDebianPackages() && distribution() === 'debian';
}

/** Where Playwright expects its own Chromium. */
async function playwrightChromium() {
  if (!existsSync('node_modules/playwright-core')) return '';
  const script = "import { chromium } from 'playwright-core'; console.log(chromium.executablePath())";
  const printed = await run('node_modules/.bin/node', ['--input-type=module', '-e', script]);
  return printed.trim();
}

/** @type {import('./steps.mjs').Step} */
export const chromium = {
  name: 'Chromium',
  async isThere() {
    if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
    const own = await playwrightChromium();
    return own && existsSync(own) ? own : null;
  },
  missing: 'run `npx playwright install chromium` (Debian: `apt-get install chromium-headless-shell`)',
  systemCommand() {
    if (!canInstallDebianPackages()) return null;
    return takesDebianChromium() ? aptCommand(CHROMIUM) : 'npx playwright install --with-deps chromium';
  },
  async install() {
    if (takesDebianChromium()) {
      await installDebianPackages(CHROMIUM);
      return `${DEBIAN_CHROMIUM}, installed from Debian`;
    }
    const args = canInstallDebianPackages()
      ? ['install', '--with-deps', 'chromium']
      : ['install', 'chromium'];
    await run('node_modules/.bin/node', [...PLAYWRIGHT, ...args]);
    return "Playwright's own";
  },
};

const DEBOOTSTRAP = '/usr/sbin/debootstrap';

/** Creates the root file system for tests of Python containers. */
/** @type {import('./steps.mjs').Step} */
export const debootstrap = {
  name: 'debootstrap',
  isOptional: true,
  async isThere() {
    return existsSync(DEBOOTSTRAP) ? DEBOOTSTRAP : null;
  },
  missing: 'install debootstrap; without it the tests of Python containers are skipped, in CI they fail',
  canInstall: canInstallDebianPackages,
  systemCommand: () => aptCommand(['debootstrap']),
  async install() {
    await installDebianPackages(['debootstrap']);
    return `${DEBOOTSTRAP}, installed from Debian`;
  },
};

/** Provides the programs of the exploits' images, because there is no registry to pull a base image from. */
/** @type {import('./steps.mjs').Step} */
export const busybox = {
  name: 'busybox-static',
  async isThere() {
    return existsSync('/bin/busybox') ? '/bin/busybox' : null;
  },
  missing: 'install a static busybox as /bin/busybox',
  canInstall: canInstallDebianPackages,
  systemCommand: () => aptCommand(['busybox-static']),
  async install() {
    await installDebianPackages(['busybox-static']);
    return '/bin/busybox, installed from Debian';
  },
};

const AGE = '/usr/bin/age';

/** The reference implementation of age, for a test that both sides open each other's files. */
/** @type {import('./steps.mjs').Step} */
export const age = {
  name: 'age',
  isOptional: true,
  async isThere() {
    return existsSync(AGE) ? AGE : null;
  },
  missing: 'install age as /usr/bin/age; without it its test is skipped, in CI it fails',
  canInstall: canInstallDebianPackages,
  systemCommand: () => aptCommand(['age']),
  async install() {
    await installDebianPackages(['age']);
    return `${AGE}, installed from Debian`;
  },
};

const RUNSC = '/usr/bin/runsc';

/** gVisor, for a test with its own engine. For a host's engine see docs/administrators/run-a-runner.md. */
/** @type {import('./steps.mjs').Step} */
export const gvisor = {
  name: 'gVisor',
  isOptional: true,
  async isThere() {
    return existsSync(RUNSC) ? RUNSC : null;
  },
  missing: 'install gVisor as /usr/bin/runsc; without it its test is skipped, in CI it fails',
  canInstall: () => canInstallDebianPackages() && distribution() === 'debian',
  systemCommand: () => aptCommand(['runsc']),
  async install() {
    await installDebianPackages(['runsc']);
    return `${RUNSC}, installed from Debian`;
  },
};
