import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { chunkNonce } from '#lib/platform/encryption/age-payload.ts';
import { loadOrCreateKey, type RunnerKey } from '#runner/secrets/key.ts';
import { seal, unseal } from '#runner/secrets/seal.ts';

const CHUNK = 64 * 1024;
/** The number of the last chunk of 257 needs a second byte. */
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 256 * CHUNK + 1];

let folder: string;
let key: RunnerKey;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-seal-'));
  key = await loadOrCreateKey(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function sealedByLibrary(plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(key.recipient);
  return encrypter.encrypt(plain);
}

/** Without vitest's comparison of millions of elements. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe('seal', () => {
  it.each(SIZES)('writes a file of %d bytes that the age library opens', async (size) => {
    const plain = randomBytes(size);
    const sealed = await seal(key.recipient, plain);
    expect(areEqual(await key.decrypter.decrypt(sealed), plain)).toBe(true);
    // The size is that of the library's file too, so nothing follows the payload.
    expect(sealed.length).toBe((await sealedByLibrary(plain)).length);
  });

  it('uses a new key for every file', async () => {
    const [first, second] = [
      await seal(key.recipient, Buffer.alloc(64)),
      await seal(key.recipient, Buffer.alloc(64)),
    ];
    const payload = (sealed: Uint8Array) => Buffer.from(sealed.subarray(-80)).toString('hex');
    expect(payload(first)).not.toBe(payload(second));
  });

  it('seals to the recipient alone', async () => {
    const sealed = Buffer.from(await seal(key.recipient, Buffer.from('hidden'))).toString('latin1');
    expect(sealed.match(/^-> /gm)).toEqual(['-> ']);
    expect(sealed).toMatch(/^age-encryption\.org\/v1\n-> X25519 \S{43}\n\S{43}\n--- \S{43}\n/);
    expect(sealed).not.toContain('hidden');
  });

  it('refuses a recipient that is none', async () => {
    await expect(seal('age1none', Buffer.from('x'))).rejects.toThrow();
  });
});

describe('unseal', () => {
  it.each(SIZES)('opens a file of %d bytes that the age library wrote', async (size) => {
    const plain = randomBytes(size);
    expect(areEqual(await unseal(key, await sealedByLibrary(plain), 'case'), plain)).toBe(true);
  });

  it('opens a file that has another recipient too', async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient('age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj');
    encrypter.addRecipient(key.recipient);
    const opened = await unseal(key, await encrypter.encrypt('both'), 'case');
    expect(Buffer.from(opened).toString()).toBe('both');
  });

  const refused = (sealed: Uint8Array) =>
    expect(unseal(key, sealed, 'input of case 3')).rejects.toThrow(
      new PlatformError('INTERNAL', 'The sealed input of case 3 can’t be opened with this runner’s key.'),
    );

  it.each([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])(
    'refuses a file of %d bytes of which one bit was changed',
    async (size) => {
      const sealed = Buffer.from(await seal(key.recipient, randomBytes(size)));
      const start = sealed.indexOf('\n', sealed.indexOf('\n--- ') + 1) + 1;
      // In the version, the stanza, the file key, the MAC, the nonce, the first and the last chunk, and its tag.
      for (const at of [0, 30, 90, start - 9, start, start + 16, sealed.length - 17, sealed.length - 1]) {
        const damaged = Buffer.from(sealed);
        damaged[at]! ^= 1;
        await refused(damaged);
      }
    },
  );

  it('refuses a file that was cut off anywhere, also between two chunks', async () => {
    const sealed = await seal(key.recipient, randomBytes(2 * CHUNK + 7));
    const [last, second] = [7 + 16, 7 + 16 + CHUNK + 16];
    for (const missing of [
      1,
      last - 1,
      last,
      last + 1,
      second,
      second + 1,
      sealed.length - 40,
      sealed.length,
    ]) {
      await refused(sealed.subarray(0, sealed.length - missing));
    }
  });

  it('refuses chunks in another order, and bytes behind the last one', async () => {
    const sealed = Buffer.from(await seal(key.recipient, randomBytes(3 * CHUNK)));
    const [size, start] = [CHUNK + 16, sealed.length - 3 * (CHUNK + 16)];
    const chunk = (n: number) => sealed.subarray(start + n * size, start + (n + 1) * size);
    await refused(Buffer.concat([sealed.subarray(0, start), chunk(1), chunk(0), chunk(2)]));
    await refused(Buffer.concat([sealed, Buffer.alloc(1)]));
    await refused(Buffer.concat([sealed, chunk(2)]));
    await refused(Buffer.concat([sealed, Buffer.alloc(16)]));
  });

  it('refuses a file for another key, and one that isn’t sealed', async () => {
    const other = await loadOrCreateKey(path.join(folder, 'other'));
    await refused(await seal(other.recipient, Buffer.from('x')));
    await refused(Buffer.from('a plain file'));
    await refused(Buffer.alloc(0));
    await refused(Buffer.from(`age-encryption.org/v1\n--- ${'A'.repeat(43)}\n`));
  });

  it('opens what age 1.1.1 sealed', async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(AGE_IDENTITY);
    const opened = await unseal({ ...key, decrypter }, Buffer.from(AGE_SEALED, 'base64'), 'file');
    expect(Buffer.from(opened).toString()).toBe('Sealed by age 1.1.1\n');
  });
});

it('numbers chunks with 11 bytes, big-endian, and marks the last one', () => {
  const hex = (chunk: number, isLast: boolean) => Buffer.from(chunkNonce(chunk, isLast)).toString('hex');
  expect(hex(0, false)).toBe('000000000000000000000000');
  expect(hex(0, true)).toBe('000000000000000000000001');
  expect(hex(1, false)).toBe('000000000000000000000100');
  expect(hex(255, true)).toBe('00000000000000000000ff01');
  expect(hex(256, false)).toBe('000000000000000000010000');
  expect(hex(2 ** 32, false)).toBe('000000000000010000000000');
});

/** A key for this test alone, and a file that the Debian package age 1.1.1-1 sealed to it. */
const AGE_IDENTITY = 'AGE-SECRET-KEY-1FGP5PWPUSN2GCU5R32JTLXHF4XH7A2H7AM3S0N0RGA4U56XLMRYQ2S4PUX';
const AGE_SEALED =
  'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAzNzJiVHplRk5aL0cwNkhMVm1VZmxGZWwwRS9FUWx6MXphb2k2REtRWG1BCkUrZ0ZtaUhvYWVmbFNLVTNuOXhieTVoQlZXWU5RT25VT1JtdFlIUnJpT0UKLS0tIG1WRWN5dFBrWHB0NVVROW40V3kvd3JFSFFRRVg1UFFOWjh2Mk5sWTJ4U3MKgMijDwzbXSMZuxwuvuFhDPx6E1y9KSa/qktayXMYEuLYvhnlYJiG60teBirq3O+Fbnu/8A==';
