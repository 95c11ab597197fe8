import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const WRAPPER = join(ROOT, 'scripts/with-setup.sh');
const { scripts, dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-scripts-'));
  fakeNode('host', 'bin/node');
  fakeNode('ours', 'node_modules/.bin/node');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Creates a program that prints its name and arguments, and fails if an argument is "fail". */
function fakeNode(name: string, path: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const script = `#!/bin/sh\nprintf '${name}'; printf ' <%s>' "$@"; echo\n[ "$2" != fail ]\n`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
}

function withSetup(...args: string[]) {
  const { status, stdout } = spawnSync('sh', [WRAPPER, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

// A shell caches the path of `node`. On a fresh clone that is the host's Node, which can't run TypeScript,
// even after set-up has put ours first in PATH.
test('set-up runs on the host’s Node, and the program on the Node that set-up installed', () => {
  expect(withSetup('demo', 'scripts/demo/demo.ts', '--json', 'a file')).toEqual({
    status: 0,
    lines: ['host <scripts/setup.mjs> <demo>', 'ours <scripts/demo/demo.ts> <--json> <a file>'],
  });
});

test('--yes is passed to set-up, regardless of its position', () => {
  expect(withSetup('test', 'scripts/test.ts', 'unit', '--yes', 'e2e').lines).toEqual([
    'host <scripts/setup.mjs> <test> <--yes>',
    'ours <scripts/test.ts> <unit> <e2e>',
  ]);
});

test('nothing runs if set-up fails', () => {
  expect(withSetup('fail', 'scripts/test.ts')).toEqual({
    status: 1,
    lines: ['host <scripts/setup.mjs> <fail>'],
  });
});

test.each(['demo', 'test', 'check', 'dev', 'build', 'start', 'site', 'runner', 'heldout'])(
  'npm run %s runs set-up first',
  (name) => {
    expect(scripts[name]).toMatch(/^sh scripts\/with-setup\.sh (base|cli|demo|test) [\w/-]+\.ts( \w+)?$/);
  },
);

test('.node-version matches the Node that set-up installs', () => {
  expect(readFileSync(join(ROOT, '.node-version'), 'utf8').trim()).toBe(dependencies['node']);
});
