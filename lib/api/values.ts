import { z } from 'zod';

/** Schemas that several requests and responses share. */

export const idSchema = z.uuid();

/** ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime();

export const countSchema = z.int().min(0);

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Enter a SHA-256 as 64 lowercase hexadecimal digits.');

/** A name shown to other people: one line of visible characters. */
export function nameSchema(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'This field is required.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'Use one line of visible characters.');
}
