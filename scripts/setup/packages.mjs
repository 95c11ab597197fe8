// npm packages, and the client that Prisma generates from the schema.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

const INSTALLED_LOCK = 'node_modules/.heldout-lock';
const GENERATED_SCHEMA = 'prisma/generated/.heldout-schema';

/** @param {...string} files */
function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** @param {string} file */
function recorded(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/**
 * Whether the installed packages match the lock file, for example after a developer's `npm install`. Then
 * there is nothing to do.
 */
function installedMatchesLock() {
  if (!existsSync('node_modules/.package-lock.json') || !existsSync('node_modules/.bin/node')) return false;
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  const installed = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
  const paths = Object.keys(wanted).filter((path) => path !== '');
  const same = paths.every((path) => {
    if (!installed[path]) return wanted[path].optional === true;
    return (
      installed[path].version === wanted[path].version && installed[path].integrity === wanted[path].integrity
    );
  });
  return same && Object.keys(installed).every((path) => wanted[path]);
}

/** @type {import('./steps.mjs').Step} */
export const packages = {
  name: 'packages',
  async isThere() {
    const hash = hashOf('package-lock.json');
    if (recorded(INSTALLED_LOCK) === hash && existsSync('node_modules/.bin/node'))
      return 'as in package-lock.json';
    if (!installedMatchesLock()) return null;
    writeFileSync(INSTALLED_LOCK, `${hash}\n`);
    return 'as in package-lock.json';
  },
  missing: 'run `npm ci`',
  async install() {
    await run('npm', ['ci', '--no-audit', '--no-fund'], {
      // Prevents Prisma's install scripts from downloading an engine that isn't used (prisma/migrate.ts).
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
      // With NODE_ENV=production, `npm test` would lack development packages.
      NODE_ENV: 'development',
    });
    writeFileSync(INSTALLED_LOCK, `${hashOf('package-lock.json')}\n`);
    return 'installed with npm ci';
  },
};

function generatorInputs() {
  return hashOf('prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json');
}

/** @type {import('./steps.mjs').Step} */
export const databaseClient = {
  name: 'database client',
  async isThere() {
    if (!existsSync('node_modules/prisma/package.json') || !existsSync('prisma/generated/client.ts'))
      return null;
    return recorded(GENERATED_SCHEMA) === generatorInputs() ? 'as in prisma/schema.prisma' : null;
  },
  missing: 'run `PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate`',
  async install() {
    await run('node_modules/.bin/node', ['node_modules/prisma/build/index.js', 'generate'], {
      // Generating requires an engine file but doesn't use it, so any executable works.
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    });
    writeFileSync(GENERATED_SCHEMA, `${generatorInputs()}\n`);
    return 'generated from prisma/schema.prisma';
  },
};
