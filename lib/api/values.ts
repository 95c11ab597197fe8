import { z } from 'zod';
import { nameProblem, normalizeName } from '#lib/domain/names/visible-name.ts';

/** Schemas that several requests and responses share. */

export const idSchema = z.uuid();

/** ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime();

export const countSchema = z.int().min(0);

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Enter a SHA-256 as 64 lowercase hexadecimal digits.');

/**
 * A name shown to other people: one line of visible characters, without what `further` finds wrong with the
 * normalized name.
 */
export function nameSchema(maxLength: number, further: (name: string) => string | null = () => null) {
  return z
    .string()
    .overwrite(normalizeName)
    .min(1, 'This field is required.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .superRefine((name, context) => {
      const message = name === '' ? null : (nameProblem(name) ?? further(name));
      if (message) context.addIssue({ code: 'custom', message });
    });
}
