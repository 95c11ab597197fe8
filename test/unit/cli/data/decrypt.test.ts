import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { dataCommand } from '#cli/data/data.ts';
import { headerForPassphrase, headerForRecipient } from '#lib/platform/encryption/age-header.ts';
import { formatIdentity, publicKeyOf } from '#lib/platform/encryption/age-keys.ts';
import { encryptPayload } from '#lib/platform/encryption/age-payload.ts';

const CHUNK = 64 * 1024;
const secret = randomBytes(32);
const plain = randomBytes(70 * CHUNK + 5);
let folder: string;
let sealed: Uint8Array;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-decrypt-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const fileKey = randomBytes(16);
  const header = headerForRecipient(fileKey, publicKeyOf(secret), randomBytes(32));
  sealed = encryptPayload({ bytes: header, fileKey }, plain);
  writeFileSync(
    join(folder, 'key.txt'),
    `# public key: age1…\n${formatIdentity(secret)}\n\n# passphrase: x\n`,
  );
  writeFileSync(join(folder, 'wrong.txt'), `${formatIdentity(randomBytes(32))}\n`);
  writeFileSync(join(folder, 'empty.txt'), '# nothing\n');
});
beforeEach(() => writeFileSync(join(folder, 'data.age'), sealed));
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const decrypt = (...args: string[]) =>
  dataCommand.run(['decrypt', join(folder, 'data.age'), '--force', ...args]);
const withKey = (name = 'key.txt') => decrypt('--identity', join(folder, name));
const leaves = () => readdirSync(folder).filter((name) => !/^(data\.age|\w+\.txt)$/.test(name));

test('with the file of one’s key, with its comments', async () => {
  expect(await withKey()).toBe(0);
  expect(readFileSync(join(folder, 'data')).equals(plain)).toBe(true);
  await expect(dataCommand.run(['decrypt', join(folder, 'data.age')])).rejects.toThrow('already exists');
  rmSync(join(folder, 'data'));
});

test('with a passphrase from a file', async () => {
  const fileKey = randomBytes(16);
  const options = { salt: randomBytes(16), workFactor: 4 };
  const header = await headerForPassphrase(fileKey, 'correct horse', options);
  writeFileSync(join(folder, 'data.age'), encryptPayload({ bytes: header, fileKey }, plain));
  const passphrase = join(folder, 'passphrase.txt');
  writeFileSync(passphrase, 'correct horse\n');
  expect(await decrypt('--passphrase-file', passphrase)).toBe(0);
  expect(readFileSync(join(folder, 'data')).equals(plain)).toBe(true);
  rmSync(join(folder, 'data'));
  writeFileSync(passphrase, 'wrong horse\n');
  await expect(decrypt('--passphrase-file', passphrase)).rejects.toThrow('The passphrase is wrong');
  await expect(withKey()).rejects.toThrow('Use the passphrase');
  expect(leaves()).toEqual([]);
});

test('a wrong key is refused within a second, before anything is written', async () => {
  const startedAt = performance.now();
  await expect(withKey('wrong.txt')).rejects.toThrow(/data\.age: The key is wrong.*Nothing was written/);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await expect(withKey('empty.txt')).rejects.toThrow('no age identity');
  await expect(decrypt()).rejects.toThrow('--identity FILE');
  expect(leaves()).toEqual([]);
});

test.each<[string, (bytes: Buffer) => Uint8Array, RegExp]>([
  ['cut at a chunk', (bytes) => bytes.subarray(0, bytes.length - 5 - 16), /changed or cut off at byte \d+/],
  ['cut in a chunk', (bytes) => bytes.subarray(0, 40 * CHUNK), /changed or cut off at byte/],
  ['cut in its header', (bytes) => bytes.subarray(0, 60), /header of this age file is cut off/],
  ['cut behind its header', (bytes) => bytes.subarray(0, bytes.indexOf('\n---') + 60), /cut off/],
  ['changed in its last chunk', (bytes) => flip(bytes, bytes.length - 1), /changed or cut off at byte/],
  ['changed in its first chunk', (bytes) => flip(bytes, 1000), /changed or cut off at byte/],
  ['extended', (bytes) => Buffer.concat([bytes, Buffer.alloc(100)]), /changed or cut off/],
  ['for openssl', () => Buffer.from('Salted__12345678'), /encrypted for openssl/],
  ['no age file', () => Buffer.from('hello'), /isn’t an age file/],
])('a file that is %s is named, and leaves nothing behind', async (_, change, message) => {
  writeFileSync(join(folder, 'data.age'), change(Buffer.from(sealed)));
  const refused = expect(withKey()).rejects;
  await refused.toThrow(message);
  await expect(withKey()).rejects.toThrow('data.age');
  expect(existsSync(join(folder, 'data'))).toBe(false);
  expect(leaves()).toEqual([]);
});

function flip(bytes: Buffer, at: number): Buffer {
  bytes[at]! ^= 1;
  return bytes;
}
