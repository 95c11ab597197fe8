// Builds the site for production, only if its sources have changed.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '#scripts/root.ts';
import { buildBrowserWorkers } from './sealing-worker.ts';
import { withLock } from './setup/lock.mjs';
import { sourcesHash } from './sources-hash.ts';

const RECORD = join(ROOT, '.next', 'heldout-sources');
const SOURCES = [
  'app',
  'components',
  'lib',
  'public',
  'prisma/schema.prisma',
  'next.config.js',
  'instrumentation.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Builds the site unless the existing build has the same sources. Returns whether it built. */
export async function ensureBuilt(onStart: () => void = () => undefined): Promise<boolean> {
  return withLock(join(ROOT, '.heldout', 'build.lock'), async () => {
    // Files of public/, so that they count among the sources.
    await buildBrowserWorkers();
    const hash = sourcesHash(ROOT, SOURCES);
    const builtFrom = existsSync(RECORD) ? readFileSync(RECORD, 'utf8') : '';
    if (builtFrom === hash && existsSync(join(ROOT, '.next', 'BUILD_ID'))) return false;
    onStart();
    await build();
    writeFileSync(RECORD, hash);
    return true;
  });
}

async function build(): Promise<void> {
  const next = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  try {
    await promisify(execFile)(process.execPath, [next, 'build'], {
      cwd: ROOT,
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`next build failed:\n${stdout}${stderr}`.trimEnd());
  }
}

if (import.meta.main) {
  const startedAt = performance.now();
  const built = await ensureBuilt();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(built ? `Built the site in ${seconds} s.` : 'The build is up to date.');
}
