import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { bech32 } from '@scure/base';

/** Keys of age for X25519 (age-encryption.org/v1, "X25519"): 32 bytes, written in Bech32. */
const IDENTITY_PREFIX = 'age-secret-key-';
const RECIPIENT_PREFIX = 'age';
const KEY_BYTES = 32;
/** What stands before the 32 bytes in PKCS #8 and in SPKI (RFC 8410). */
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex');

/** AGE-SECRET-KEY-1… of any 32 bytes. */
export function formatIdentity(secret: Uint8Array): string {
  return bech32.encodeFromBytes(IDENTITY_PREFIX, secret).toUpperCase();
}

/** age1… */
export function formatRecipient(publicKey: Uint8Array): string {
  return bech32.encodeFromBytes(RECIPIENT_PREFIX, publicKey);
}

/** The 32 bytes of AGE-SECRET-KEY-1…; null if it is none. */
export function parseIdentity(text: string): Uint8Array | null {
  return text === text.toUpperCase() ? decode(IDENTITY_PREFIX, text) : null;
}

/** The 32 bytes of age1…; null if it isn’t the recipient of an X25519 identity, or nothing can be encrypted to it. */
export function parseRecipient(text: string): Uint8Array | null {
  const publicKey = text === text.toLowerCase() ? decode(RECIPIENT_PREFIX, text) : null;
  return publicKey && isUsable(publicKey) ? publicKey : null;
}

function decode(prefix: string, text: string): Uint8Array | null {
  try {
    const decoded = bech32.decodeToBytes(text);
    return decoded.prefix.toLowerCase() === prefix && decoded.bytes.length === KEY_BYTES
      ? decoded.bytes
      : null;
  } catch {
    return null;
  }
}

/** A point of low order gives the same shared secret to everybody. */
function isUsable(publicKey: Uint8Array): boolean {
  try {
    sharedSecret(new Uint8Array(KEY_BYTES).fill(1), publicKey);
    return true;
  } catch {
    return false;
  }
}

/** @param secret 32 bytes. */
export function publicKeyOf(secret: Uint8Array): Uint8Array {
  const key = createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(key.subarray(PUBLIC_DER.length));
}

/** X25519 (RFC 7748). Throws an Error for a public key of low order. */
export function sharedSecret(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const key = Buffer.concat([PUBLIC_DER, publicKey]);
  return diffieHellman({
    privateKey: privateKey(secret),
    publicKey: createPublicKey({ key, format: 'der', type: 'spki' }),
  });
}

function privateKey(secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_DER, secret]), format: 'der', type: 'pkcs8' });
}
