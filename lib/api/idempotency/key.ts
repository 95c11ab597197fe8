import { z } from 'zod';

/**
 * Requests that create something carry a key that their sender chose, so that the same request sent twice
 * creates it once (draft-ietf-httpapi-idempotency-key-header).
 */
export const IDEMPOTENCY_KEY_HEADER = 'Idempotency-Key';

/** How long a site remembers a key. */
export const IDEMPOTENCY_KEY_HOURS = 24;

/** The header's value: the characters, with or without the quotes of a structured field. */
export const idempotencyKeySchema = z
  .string()
  .transform((value) => /^"(.*)"$/.exec(value)?.[1] ?? value)
  .pipe(
    z
      .string()
      .regex(
        /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/,
        'Idempotency-Key must be 1 to 255 visible ASCII characters without quotes, spaces or backslashes.',
      ),
  );

/** 128 random bits. `crypto.randomUUID` isn’t available to pages that are served without TLS. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
