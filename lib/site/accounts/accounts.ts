import { z } from 'zod';

/** Spelled the same way everywhere: sign-in finds an account whatever the case it is typed in. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email('An e-mail address, as in ada@example.org.'));

export const passwordSchema = z
  .string()
  .min(10, 'At least 10 characters.')
  .max(200, 'At most 200 characters.');

/** What people see of each other: one line of visible characters. */
export function nameSchema(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1, 'May not be empty.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'One line of visible characters.');
}
