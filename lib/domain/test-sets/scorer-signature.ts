import { z } from 'zod';

/**
 * A scorer may read the truth, so the organizer signs it (Ed25519, RFC 8032) with a key whose public half is sealed in
 * the test set. Whoever breaks into the site can neither sign an image of their own nor seal the hidden cases anew.
 */

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The public key as it stands in the sealed manifest: 32 bytes. */
export const scorerKeySchema = z.string().length(44).regex(BASE64);

/** 64 bytes. */
export const scorerSignatureSchema = z
  .string()
  .length(88)
  .regex(BASE64, 'must be a signature as `heldout scorer import` makes it.');

/** What is signed, for a scorer's image archive. */
export function signedText(sha256: string): string {
  return `heldout-scorer/1\n${sha256}\n`;
}
