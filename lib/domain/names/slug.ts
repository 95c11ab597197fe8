import { z } from 'zod';

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A name in addresses and paths. `example` is shown where one is invalid. */
export function slugOf(example: string) {
  return z
    .string()
    .min(2)
    .max(60)
    .regex(SLUG, `Lower-case letters, digits and single hyphens, as in "${example}".`);
}
