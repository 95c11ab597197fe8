import { hkdfSync } from 'node:crypto';
import { openWithKey, sealWithKey } from '#lib/platform/encryption/aes-gcm.ts';
import type { SiteEnvironment } from './environment.ts';

/**
 * AES-256-GCM with a key per purpose, derived from the site's secret: for what the site must read again and a copy of
 * the database must not reveal.
 */
type Purpose = 'mail' | 'unsubscribe' | 'identity' | 'totp' | 'second factor';
type Secret = Pick<SiteEnvironment, 'sessionSecret'>;

export function encrypt(environment: Secret, purpose: Purpose, text: string): Uint8Array<ArrayBuffer> {
  return sealWithKey(keyOf(environment, purpose), Buffer.from(text));
}

/** null if the bytes were changed, or encrypted for another purpose or with another secret. */
export function decrypt(environment: Secret, purpose: Purpose, bytes: Uint8Array): string | null {
  try {
    return Buffer.from(openWithKey(keyOf(environment, purpose), bytes)).toString('utf8');
  } catch {
    return null;
  }
}

function keyOf({ sessionSecret }: Secret, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', sessionSecret, '', `heldout ${purpose}`, 32));
}
