import { z } from 'zod';

/** Values that several requests and responses are made of. */

export const idSchema = z.uuid();

/** ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime();

export const countSchema = z.int().min(0);

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'A SHA-256 in 64 lower-case hexadecimal digits.');

/** What people see of each other: one line of visible characters. */
export function nameSchema(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'May not be empty.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'One line of visible characters.');
}
