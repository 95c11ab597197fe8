import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processMark, withLock } from '#scripts/setup/lock.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one holder at a time, and no lock file is left', async () => {
  const path = join(folder, 'lock');
  let inside = 0;
  let maxInside = 0;
  const work = async () => {
    inside += 1;
    maxInside = Math.max(maxInside, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    return 'value';
  };
  const results = await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  expect(results).toEqual(['value', 'value', 'value']);
  expect(maxInside).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('the lock is released if the work fails', async () => {
  const path = join(folder, 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('a lock whose holder was killed is taken over', async () => {
  const path = join(folder, 'lock');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)']);
  writeFileSync(path, processMark(child.pid ?? 0));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

test.runIf(process.platform === 'linux')(
  'a process with a reused ID isn’t taken for the holder',
  async () => {
    const path = join(folder, 'lock');
    // This process is running, but it didn't start at tick 1.
    writeFileSync(path, `${process.pid} 1`);
    expect(await withLock(path, async () => 'mine')).toBe('mine');
  },
);
