import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SiteEnvironment } from './environment.ts';

/**
 * AES-256-GCM with a key per purpose, derived from the site's secret: for what the site must read again and a copy of
 * the database must not reveal. Layout: 12 bytes nonce, 16 bytes tag, ciphertext.
 */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Purpose = 'mail' | 'unsubscribe' | 'identity' | 'totp' | 'second factor';
type Secret = Pick<SiteEnvironment, 'sessionSecret'>;

export function encrypt(environment: Secret, purpose: Purpose, text: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(environment, purpose), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]));
}

/** null if the bytes were changed, or encrypted for another purpose or with another secret. */
export function decrypt(environment: Secret, purpose: Purpose, bytes: Uint8Array): string | null {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(environment, purpose), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function keyOf({ sessionSecret }: Secret, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', sessionSecret, '', `heldout ${purpose}`, 32));
}
