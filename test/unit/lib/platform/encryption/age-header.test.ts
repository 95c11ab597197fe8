import { randomBytes } from 'node:crypto';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import {
  AgeFormatError,
  AgeKeyError,
  headerForPassphrase,
  headerForRecipient,
  isAgeFile,
  needsPassphrase,
  openHeader,
} from '#lib/platform/encryption/age-header.ts';
import {
  formatIdentity,
  formatRecipient,
  parseIdentity,
  parseRecipient,
  publicKeyOf,
} from '#lib/platform/encryption/age-keys.ts';
import { encryptPayload } from '#lib/platform/encryption/age-payload.ts';

const PLAIN = Buffer.from('a scan');
const fileKey = randomBytes(16);
const secret = randomBytes(32);
const passphrase = 'correct horse';
const scrypt = { salt: randomBytes(16), workFactor: 5 };
const toKey = headerForRecipient(fileKey, publicKeyOf(secret), randomBytes(32));

async function byLibrary(prepare: (encrypter: Encrypter) => void): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  prepare(encrypter);
  return encrypter.encrypt(PLAIN);
}

describe('keys of age', () => {
  it('are written as the age library writes them', async () => {
    const identity = await generateX25519Identity();
    const bytes = parseIdentity(identity)!;
    expect(formatIdentity(bytes)).toBe(identity);
    const recipient = await identityToRecipient(identity);
    expect(formatRecipient(publicKeyOf(bytes))).toBe(recipient);
    expect(parseRecipient(recipient)).toEqual(publicKeyOf(bytes));
  });

  it.each([
    'age1',
    '',
    formatRecipient(publicKeyOf(secret)).replace(/.$/, '!'),
    formatRecipient(publicKeyOf(secret)).slice(0, -1),
    formatRecipient(publicKeyOf(secret)).toUpperCase(),
    formatIdentity(secret),
    // A point of low order: everybody could open what is encrypted to it.
    formatRecipient(new Uint8Array(32)),
    'age1pq1qqqq',
  ])('“%s” is no recipient', (text) => {
    expect(parseRecipient(text)).toBeNull();
  });
});

describe('a header', () => {
  it('for a recipient is opened by the age library and here, and by no other identity', async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(formatIdentity(secret));
    expect(Buffer.from(await decrypter.decrypt(encryptPayload({ bytes: toKey, fileKey }, PLAIN)))).toEqual(
      PLAIN,
    );
    const identities = [randomBytes(32), secret];
    expect(await openHeader(toKey, { identities })).toEqual({ fileKey, bytes: toKey.length });
    await expect(openHeader(toKey, { identities: [randomBytes(32)] })).rejects.toThrow(AgeKeyError);
    await expect(openHeader(toKey, { passphrase })).rejects.toThrow('Use the identity');
    expect(needsPassphrase(toKey)).toBe(false);
  });

  it('for a passphrase is opened by the age library and here, and by no other passphrase', async () => {
    const header = await headerForPassphrase(fileKey, passphrase, scrypt);
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    expect(Buffer.from(await decrypter.decrypt(encryptPayload({ bytes: header, fileKey }, PLAIN)))).toEqual(
      PLAIN,
    );
    expect((await openHeader(header, { passphrase })).fileKey).toEqual(fileKey);
    await expect(openHeader(header, { passphrase: 'wrong' })).rejects.toThrow(AgeKeyError);
    await expect(openHeader(header, { identities: [secret] })).rejects.toThrow('Use the passphrase');
    expect(needsPassphrase(header)).toBe(true);
  });

  it('of the age library is opened, with several recipients and unknown ones too', async () => {
    const recipient = formatRecipient(publicKeyOf(secret));
    const other = await identityToRecipient(await generateX25519Identity());
    const sealed = await byLibrary((encrypter) => {
      encrypter.addRecipient(other);
      encrypter.addRecipient(recipient);
    });
    expect((await openHeader(sealed, { identities: [secret] })).fileKey).toHaveLength(16);
    const locked = await byLibrary((encrypter) => {
      encrypter.setPassphrase(passphrase);
      encrypter.setScryptWorkFactor(5);
    });
    expect((await openHeader(locked, { passphrase })).fileKey).toHaveLength(16);
  });

  it('is the same each time for the same secrets', async () => {
    const ephemeral = randomBytes(32);
    const make = () => headerForRecipient(fileKey, publicKeyOf(secret), ephemeral);
    expect(make()).toEqual(make());
    expect(await headerForPassphrase(fileKey, passphrase, scrypt)).toEqual(
      await headerForPassphrase(fileKey, passphrase, scrypt),
    );
  });

  it.each<[string, (text: string) => string]>([
    ['another version', (text) => text.replace('v1', 'v2')],
    ['no MAC', (text) => text.slice(0, text.indexOf('---'))],
    ['a cut MAC', (text) => text.replace(/.{9}\n$/, '\n')],
    ['a changed MAC', (text) => text.replace(/--- (.)/, (_, one) => `--- ${one === 'A' ? 'B' : 'A'}`)],
    ['a stanza without end', (text) => text.replace(/\n[^\n]+\n---/, '\n---')],
    ['an added stanza', (text) => text.replace('\n---', '\n-> other x\n\n---')],
    ['an added scrypt stanza', (text) => text.replace('\n---', '\n-> scrypt AAAA 10\n\n---')],
    ['a share of low order', (text) => text.replace(/X25519 \S+/, `X25519 ${'A'.repeat(43)}`)],
    ['letters that aren’t Base64', (text) => text.replace(/X25519 \S/, 'X25519 *')],
    ['an empty argument', (text) => text.replace('-> X25519 ', '-> X25519  ')],
  ])('with %s is refused as damaged', async (_, change) => {
    const changed = Buffer.from(change(Buffer.from(toKey).toString('latin1')), 'latin1');
    await expect(openHeader(changed, { identities: [secret] })).rejects.toThrow(AgeFormatError);
  });

  it('with a work factor that takes more than 4 GiB is refused at once', async () => {
    const text = Buffer.from(await headerForPassphrase(fileKey, passphrase, scrypt)).toString('latin1');
    const hostile = Buffer.from(text.replace(/ 5\n/, ' 30\n'), 'latin1');
    await expect(openHeader(hostile, { passphrase })).rejects.toThrow('too large');
    for (const factor of ['05', '0', '-1', '1e1', '']) {
      const odd = Buffer.from(text.replace(/ 5\n/, ` ${factor}\n`), 'latin1');
      await expect(openHeader(odd, { passphrase })).rejects.toThrow(AgeFormatError);
    }
  });

  it('is told apart from other files', () => {
    expect(isAgeFile(toKey)).toBe(true);
    expect(isAgeFile(Buffer.from('age-encryption.org/v10\n'))).toBe(false);
    expect(isAgeFile(new Uint8Array())).toBe(false);
  });
});
