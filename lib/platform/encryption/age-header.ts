import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  scrypt as scryptWithCallback,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { base64nopad } from '@scure/base';
import { publicKeyOf, sharedSecret } from './age-keys.ts';
import { TAG_BYTES } from './age-payload.ts';

/**
 * The header of an age file (age-encryption.org/v1): stanzas that each wrap the file key for one recipient, and a MAC.
 * The age library draws keys and nonces itself; a download that goes on where it was cut needs the same ones again.
 */

const VERSION = 'age-encryption.org/v1';
const X25519 = `${VERSION}/X25519`;
const SCRYPT = `${VERSION}/scrypt`;
const FILE_KEY_BYTES = 16;
/** More is no header that anybody writes, and must not be held in memory. */
export const MAX_HEADER_BYTES = 1 << 16;
const MAX_STANZAS = 100;
const LINE_CHARACTERS = 64;
/** 2^22 takes 4 GiB. As much as age itself accepts. */
const MAX_WORK_FACTOR = 22;

interface Stanza {
  args: readonly string[];
  body: Uint8Array;
}

/** What opens a file: an identity (32 bytes) or a passphrase. */
export type Unlock = { identities: readonly Uint8Array[] } | { passphrase: string };

/** The bytes are no age header, or not whole. */
export class AgeFormatError extends Error {}
/** The header is right, and the key isn’t. */
export class AgeKeyError extends Error {}

/** A header for a recipient (32 bytes). `ephemeral` are 32 secret bytes that no other header may be made with. */
export function headerForRecipient(
  fileKey: Uint8Array,
  recipient: Uint8Array,
  ephemeral: Uint8Array,
): Uint8Array {
  const share = publicKeyOf(ephemeral);
  const key = x25519Key(sharedSecret(ephemeral, recipient), share, recipient);
  return encodeHeader(fileKey, { args: ['X25519', base64nopad.encode(share)], body: wrap(key, fileKey) });
}

/** A header for a passphrase. `salt` are 16 bytes, `workFactor` is the logarithm to base 2 of scrypt’s N. */
export async function headerForPassphrase(
  fileKey: Uint8Array,
  passphrase: string,
  { salt, workFactor }: { salt: Uint8Array; workFactor: number },
): Promise<Uint8Array> {
  const key = await scryptKey(passphrase, salt, workFactor);
  const args = ['scrypt', base64nopad.encode(salt), String(workFactor)];
  return encodeHeader(fileKey, { args, body: wrap(key, fileKey) });
}

function encodeHeader(fileKey: Uint8Array, { args, body }: Stanza): Uint8Array {
  const lines = base64nopad.encode(body).match(/.{1,64}/g) ?? [''];
  // A body ends with a line that is shorter than 64 characters.
  if (lines.at(-1)!.length === LINE_CHARACTERS) lines.push('');
  const text = `${VERSION}\n-> ${args.join(' ')}\n${lines.join('\n')}\n---`;
  return Buffer.from(`${text} ${base64nopad.encode(macOf(fileKey, Buffer.from(text)))}\n`);
}

export interface ReadHeader {
  fileKey: Uint8Array;
  /** Length of the header, behind which the payload lies. */
  bytes: number;
}

/**
 * Opens the header at the start of an age file. `start` are its first MAX_HEADER_BYTES, or all of it.
 * @throws AgeFormatError, or AgeKeyError if nothing of `unlock` opens it.
 */
export async function openHeader(start: Uint8Array, unlock: Unlock): Promise<ReadHeader> {
  const { stanzas, signed, mac, bytes } = parseHeader(start);
  const fileKey = await unwrapFileKey(stanzas, unlock);
  const expected = macOf(fileKey, signed);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    throw new AgeFormatError('The header of this age file was changed.');
  return { fileKey, bytes };
}

/** Whether the file at whose start these bytes lie is opened by a passphrase. @throws AgeFormatError */
export function needsPassphrase(start: Uint8Array): boolean {
  return parseHeader(start).stanzas.some(({ args }) => args[0] === 'scrypt');
}

export function isAgeFile(start: Uint8Array): boolean {
  return Buffer.from(start).toString('latin1', 0, VERSION.length + 1) === `${VERSION}\n`;
}

function parseHeader(start: Uint8Array) {
  if (!isAgeFile(start)) throw new AgeFormatError('This isn’t an age file.');
  const text = Buffer.from(start.subarray(0, MAX_HEADER_BYTES)).toString('latin1');
  const macAt = text.indexOf('\n--- ');
  const end = macAt < 0 ? -1 : text.indexOf('\n', macAt + 1);
  if (end < 0) throw new AgeFormatError('The header of this age file is cut off.');
  const stanzas = parseStanzas(text.slice(VERSION.length + 1, macAt).split('\n'));
  const signed = start.subarray(0, macAt + '\n---'.length);
  return { stanzas, signed, mac: decode(text.slice(macAt + '\n--- '.length, end)), bytes: end + 1 };
}

function parseStanzas(lines: readonly string[]): Stanza[] {
  const stanzas: Stanza[] = [];
  for (let at = 0; at < lines.length; ) {
    const args = lines[at++]!.split(' ');
    if (args.shift() !== '->' || args.length === 0 || args.includes('') || stanzas.length === MAX_STANZAS)
      throw new AgeFormatError('The header of this age file is damaged.');
    let body = '';
    for (let isLast = false; !isLast; ) {
      const line = lines[at++];
      if (line === undefined || line.length > LINE_CHARACTERS)
        throw new AgeFormatError('The header of this age file is damaged.');
      body += line;
      isLast = line.length < LINE_CHARACTERS;
    }
    stanzas.push({ args, body: decode(body) });
  }
  return stanzas;
}

function decode(text: string): Uint8Array {
  try {
    return base64nopad.decode(text);
  } catch (cause) {
    throw new AgeFormatError('The header of this age file is damaged.', { cause });
  }
}

async function unwrapFileKey(stanzas: readonly Stanza[], unlock: Unlock): Promise<Uint8Array> {
  const protectedBy = stanzas.filter(({ args }) => args[0] === 'scrypt');
  // Otherwise whoever knows a passphrase could not tell who else can read the file.
  if (protectedBy.length > 0 && stanzas.length > 1)
    throw new AgeFormatError('The header of this age file is damaged.');
  if ('passphrase' in unlock) {
    if (protectedBy.length === 0)
      throw new AgeKeyError('This file is encrypted to a key, not with a passphrase. Use the identity.');
    return await unwrapByPassphrase(protectedBy[0]!, unlock.passphrase);
  }
  if (protectedBy.length > 0)
    throw new AgeKeyError('This file is encrypted with a passphrase, not to a key. Use the passphrase.');
  for (const { args, body } of stanzas) {
    if (args[0] !== 'X25519' || args.length !== 2) continue;
    const share = decode(args[1]!);
    if (share.length !== 32 || body.length !== FILE_KEY_BYTES + TAG_BYTES)
      throw new AgeFormatError('The header of this age file is damaged.');
    for (const identity of unlock.identities) {
      const fileKey = unwrap(x25519Key(secretWith(identity, share), share, publicKeyOf(identity)), body);
      if (fileKey) return fileKey;
    }
  }
  throw new AgeKeyError('The key is wrong: this file was encrypted to another one.');
}

async function unwrapByPassphrase({ args, body }: Stanza, passphrase: string): Promise<Uint8Array> {
  const salt = decode(args[1] ?? '');
  const workFactor = Number(args[2]);
  const isValid = args.length === 3 && salt.length === 16 && /^[1-9]\d?$/.test(args[2]!);
  if (!isValid || body.length !== FILE_KEY_BYTES + TAG_BYTES)
    throw new AgeFormatError('The header of this age file is damaged.');
  if (workFactor > MAX_WORK_FACTOR)
    throw new AgeFormatError(`The work factor ${workFactor} of this age file is too large.`);
  const fileKey = unwrap(await scryptKey(passphrase, salt, workFactor), body);
  if (!fileKey) throw new AgeKeyError('The passphrase is wrong.');
  return fileKey;
}

function secretWith(identity: Uint8Array, share: Uint8Array): Uint8Array {
  try {
    return sharedSecret(identity, share);
  } catch (cause) {
    throw new AgeFormatError('The header of this age file is damaged.', { cause });
  }
}

function x25519Key(secret: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, Buffer.concat([share, recipient]), X25519, 32));
}

const scrypt = promisify(scryptWithCallback) as (
  passphrase: string,
  salt: Uint8Array,
  bytes: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

function scryptKey(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const [N, r] = [2 ** workFactor, 8];
  // N blocks of 128 · r bytes, and a few more.
  const maxmem = 128 * r * (N + 64);
  return scrypt(passphrase, Buffer.concat([Buffer.from(SCRYPT), salt]), 32, { N, r, p: 1, maxmem });
}

/** Each wrapping key is used once, so that the nonce may be zero. */
const NONCE = new Uint8Array(12);
const CIPHER = 'chacha20-poly1305';

function wrap(key: Uint8Array, fileKey: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  return Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
}

/** null if it was wrapped with another key. */
function unwrap(key: Uint8Array, body: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

function macOf(fileKey: Uint8Array, signed: Uint8Array): Uint8Array {
  const key = new Uint8Array(hkdfSync('sha256', fileKey, '', 'header', 32));
  return createHmac('sha256', key).update(signed).digest();
}
