import { z } from 'zod';
import { idSchema, nameSchema } from './values.ts';

/** Normalized everywhere, so that sign-in ignores case. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'At most 254 characters.')
  .pipe(z.email('Enter an email address, for example ada@example.org.'));

export const passwordSchema = z
  .string()
  .min(10, 'At least 10 characters.')
  .max(200, 'At most 200 characters.');

export const accountSchema = z.strictObject({
  name: nameSchema(80),
  email: emailSchema,
  password: passwordSchema,
});

export const signUpResponseSchema = z.object({
  user: z.object({ id: idSchema, name: z.string(), email: z.string() }),
});
export type NewUser = z.infer<typeof signUpResponseSchema>['user'];

/** Email and password are checked by the sign-in, which doesn't say which of the two is wrong. */
export const createTokenRequestSchema = z.strictObject({
  email: z.string(),
  password: z.string(),
  /** What the owner of the account knows the token by. */
  name: nameSchema(80),
});

/** The only answer that holds the secret: the site keeps a hash of it. */
export const createTokenResponseSchema = z.object({ token: z.string() });
