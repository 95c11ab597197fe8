import { createHmac, hkdfSync } from 'node:crypto';
import { formatIdentity, formatRecipient, publicKeyOf } from '#lib/platform/encryption/age-keys.ts';

/**
 * Everything of somebody's download key is derived from one secret of 32 bytes with HKDF-SHA256 (RFC 5869), so that only
 * that has to be stored, and the same download has the same bytes each time.
 */

/** Lower case, without the letters that look like digits or like each other (Crockford). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PASSPHRASE_CHARACTERS = 30;
const GROUP_CHARACTERS = 5;

/** What its owner decrypts with. */
export interface KeyMaterial {
  /** AGE-SECRET-KEY-1…, and what files are encrypted to. null where the owner entered a recipient of their own. */
  identity: string | null;
  /** age1… */
  recipient: string;
  /** For age and for openssl: six groups of five characters, 150 bits. */
  passphrase: string;
  /** For the HMAC of a file for openssl. Apart from the passphrase, because commands show it in lists of processes. */
  verificationKey: string;
}

/** @param ownRecipient age1…, or null for an identity that we make. */
export function keyMaterial(secret: Uint8Array, ownRecipient: string | null): KeyMaterial {
  const scalar = derive(secret, '', 'age identity', 32);
  return {
    identity: ownRecipient === null ? formatIdentity(scalar) : null,
    recipient: ownRecipient ?? formatRecipient(publicKeyOf(scalar)),
    passphrase: inGroups(derive(secret, '', 'passphrase', PASSPHRASE_CHARACTERS)),
    verificationKey: Buffer.from(derive(secret, '', 'verification key', 16)).toString('hex'),
  };
}

/** Five bits of each byte. */
function inGroups(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return characters.match(new RegExp(`.{${GROUP_CHARACTERS}}`, 'g'))!.join('-');
}

/** What one encrypted file is made with. */
export interface FileSecrets {
  /** Of the age payload: 16 bytes each. */
  fileKey: Uint8Array;
  payloadSalt: Uint8Array;
  /** Of the X25519 stanza: 32 bytes. */
  ephemeral: Uint8Array;
  /** Of the scrypt stanza: 16 bytes. */
  scryptSalt: Uint8Array;
  /** Of openssl: 8 bytes. */
  opensslSalt: Uint8Array;
}

/**
 * @param context names the content, the form and the recipient, so that no two files are encrypted under one key.
 */
export function fileSecrets(secret: Uint8Array, context: string): FileSecrets {
  return {
    fileKey: derive(secret, context, 'file key', 16),
    payloadSalt: derive(secret, context, 'payload salt', 16),
    ephemeral: derive(secret, context, 'ephemeral key', 32),
    scryptSalt: derive(secret, context, 'scrypt salt', 16),
    opensslSalt: derive(secret, context, 'openssl salt', 8),
  };
}

/** How the archives of one variant are marked for the owner of a key. */
export interface Mark {
  /** The members of the archive are sorted by it: 32 bytes of a path. */
  placeOf(path: string): Uint8Array;
  /** Bytes of content in each block of gzip. */
  storedBytes: number;
}

/** Between sizes that programs write without a mark: 32,768 and 65,535. */
const MIN_STORED_BYTES = 32_769;
const STORED_SIZES = 65_535 - MIN_STORED_BYTES;
export const MARK_SIZE_BITS = Math.log2(STORED_SIZES);

export function markOf(secret: Uint8Array, variantId: string): Mark {
  const key = derive(secret, variantId, 'mark', 32);
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest();
  return {
    placeOf: (path) => hmac(`path ${path}`),
    storedBytes: MIN_STORED_BYTES + (hmac('size').readUInt32BE() % STORED_SIZES),
  };
}

/** The members of an archive in the order of its mark. */
export function inMarkedOrder<Member extends { path: string }>(
  mark: Mark,
  members: readonly Member[],
): Member[] {
  return members
    .map((member) => ({ member, place: mark.placeOf(member.path) }))
    .sort((a, b) => Buffer.compare(a.place, b.place))
    .map(({ member }) => member);
}

function derive(secret: Uint8Array, salt: string, purpose: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, `heldout download ${purpose}`, bytes));
}
