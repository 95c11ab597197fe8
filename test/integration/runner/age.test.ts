import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { seal, unseal } from '#runner/secrets/seal.ts';
import { skipWithout } from '#test/support/missing-tool.ts';

const AGE = '/usr/bin/age';
const CHUNK = 64 * 1024;
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 257 * CHUNK];

const reason = existsSync(AGE) ? null : `${AGE} is missing (Debian, Ubuntu: apt-get install age)`;

describe.skipIf(skipWithout('Sealing against the age command', reason))('sealing and the age command', () => {
  let folder: string;
  let key: RunnerKey;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-age-'));
    key = await loadOrCreateKey(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const age = (args: string[], input: Uint8Array) => execFileSync(AGE, args, { input, maxBuffer: 2 ** 26 });

  it.each(SIZES)('age opens a sealed file of %d bytes', async (size) => {
    const plain = randomBytes(size);
    const file = path.join(folder, 'sealed.age');
    await writeFile(file, await seal(key.recipient, plain));
    const opened = age(['--decrypt', '--identity', path.join(folder, 'identity.age'), file], Buffer.alloc(0));
    expect(Buffer.compare(opened, plain)).toBe(0);
  });

  it.each(SIZES)('a file of %d bytes that age sealed is opened', async (size) => {
    const plain = randomBytes(size);
    const opened = await unseal(key, age(['--recipient', key.recipient], plain), 'file');
    expect(Buffer.compare(opened, plain)).toBe(0);
  });
});
