import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOrCreateKey } from '#runner/secrets/key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadOrCreateKey', () => {
  it('creates a key that only its owner can read, and keeps it', async () => {
    const first = await loadOrCreateKey(folder);
    expect(first.recipient).toMatch(/^age1[0-9a-z]{58}$/);
    expect((await stat(path.join(folder, 'identity.age'))).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateKey(folder)).toEqual(first);
  });

  it('gives two runners that start at the same time the same key, and leaves no temporary file', async () => {
    const keys = await Promise.all([loadOrCreateKey(folder), loadOrCreateKey(folder)]);
    expect(keys[0]).toEqual(keys[1]);
    expect(await readdir(folder)).toEqual(['identity.age']);
  });

  it('rejects a key that other users can read', async () => {
    await loadOrCreateKey(folder);
    await chmod(path.join(folder, 'identity.age'), 0o644);
    await expect(loadOrCreateKey(folder)).rejects.toThrow(/is readable by other users \(mode 644\)/);
  });

  it('never overwrites a file that contains no key', async () => {
    const file = path.join(folder, 'identity.age');
    await writeFile(file, 'mine', { mode: 0o600 });
    await expect(loadOrCreateKey(folder)).rejects.toThrow(/contains no age identity/);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });
});
