// What only the tests need.
import { existsSync } from 'node:fs';
import { aptCommand, canInstallDebianPackages, distribution, installDebianPackages } from './apt.mjs';
import { run } from './run.mjs';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';
const CHROMIUM = ['chromium', 'fonts-dejavu-core'];
const PLAYWRIGHT = ['node_modules/playwright/cli.js'];

/** Ubuntu's package is a snap, which needs systemd. */
function takesDebianChromium() {
  return canInstallDebianPackages() && distribution() === 'debian';
}

/** Asks Playwright itself where its Chromium would be. */
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
  missing: 'run `npx playwright install chromium` (Debian: `apt-get install chromium`)',
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

/** Makes the root file system of the Python example's test. */
/** @type {import('./steps.mjs').Step} */
export const debootstrap = {
  name: 'debootstrap',
  isOptional: true,
  async isThere() {
    return existsSync(DEBOOTSTRAP) ? DEBOOTSTRAP : null;
  },
  missing: 'install debootstrap; without it the test of examples/python is skipped, in CI it fails',
  canInstall: canInstallDebianPackages,
  systemCommand: () => aptCommand(['debootstrap']),
  async install() {
    await installDebianPackages(['debootstrap']);
    return `${DEBOOTSTRAP}, installed from Debian`;
  },
};

/** The programs of the exploits' images: there is no registry to take a base image from. */
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

const RUNSC = '/usr/bin/runsc';

/** gVisor, for its test on an engine of its own; docs/administrators/run-a-runner.md sets up a host's engine. */
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
