import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Files outside of its folder that set-up reads. */
const OUTSIDE_SCRIPTS = [
  'package.json',
  'package-lock.json',
  'prisma.config.ts',
  'prisma/schema.prisma',
  'runner/sandbox/host/process-stat.mjs',
];
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'heldout-setup-'));
  cpSync(join(ROOT, 'scripts'), join(clone, 'scripts'), { recursive: true });
  for (const file of OUTSIDE_SCRIPTS) cpSync(join(ROOT, file), join(clone, file));
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** Runs set-up in `clone` as a dry run. */
function dryRun(purpose: string, environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs', purpose], {
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, HELDOUT_NO_INSTALL: '1', ...environment },
  });
  return { status, output: stdout + stderr };
}

/** Simulates an npm install of these packages. */
function pretendInstalled(packages: Record<string, unknown>): void {
  mkdirSync(join(clone, 'node_modules', '.bin'), { recursive: true });
  writeFileSync(join(clone, 'node_modules', '.bin', 'node'), '');
  writeFileSync(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
}

const lock = (packages: Record<string, unknown>) =>
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));

test('HELDOUT_NO_INSTALL reports what is missing, installs nothing and fails', () => {
  const { status, output } = dryRun('base');
  expect(status).toBe(1);
  expect(output).toMatch(/packages\s+missing: run `npm ci`/);
  expect(output).toMatch(/database client\s+missing: /);
  expect(existsSync(join(clone, 'node_modules'))).toBe(false);
});

test('packages that a developer installed by hand aren’t installed again', () => {
  lock({
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/b': { version: '1.0.0', optional: true },
  });
  pretendInstalled({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } });
  expect(dryRun('base').output).toMatch(/packages\s+as in package-lock\.json/);
});

test('another version or an extra package requires npm ci', () => {
  lock({ 'node_modules/a': { version: '1.0.1', integrity: 'y' } });
  pretendInstalled({ 'node_modules/a': { version: '1.0.0', integrity: 'x' } });
  expect(dryRun('base').output).toMatch(/packages\s+missing/);

  pretendInstalled({
    'node_modules/a': { version: '1.0.1', integrity: 'y' },
    'node_modules/z': { version: '1.0.0' },
  });
  expect(dryRun('base').output).toMatch(/packages\s+missing/);
});

test('with DOCKER_HOST, no other engine is pinged', () => {
  const { status, output } = dryRun('demo', { DOCKER_HOST: `unix://${clone}/no.sock` });
  expect(status).toBe(1);
  expect(output).toContain(`nothing answers at DOCKER_HOST=unix://${clone}/no.sock`);
});
