import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { isPassword } from './passwords.ts';
import { consumeAttempt, refundAttempt } from './rate-limit.ts';

const BY_ACCOUNT = { name: 'sign-in by account', attempts: 10, windowSeconds: 900 };
const BY_ADDRESS = { name: 'sign-in by address', attempts: 50, windowSeconds: 900 };

/** Malformed input gets the same error as a wrong password. */
const credentialsSchema = z.object({ email: emailSchema, password: z.string().max(200) });

export interface SignedIn {
  userId: string;
  name: string;
  email: string | null;
  /** Session cookies contain a fingerprint of it, so that a new password ends them. */
  passwordHash: string;
}

/** Checks email and password. `address` is the client’s, for the rate limits. Only failures count. */
export async function signIn(site: Site, input: unknown, address: string): Promise<SignedIn> {
  const parsed = credentialsSchema.safeParse(input);
  if (!parsed.success) throw wrong();
  const { email, password } = parsed.data;
  await consumeAttempt(site, BY_ADDRESS, address);
  await consumeAttempt(site, BY_ACCOUNT, email);
  const user = await site.db.user.findUnique({ where: { email } });
  const matches = await isPassword(user?.passwordHash ?? null, password);
  if (!user?.passwordHash || !matches) throw wrong();
  await refundAttempt(site, BY_ADDRESS, address);
  await refundAttempt(site, BY_ACCOUNT, email);
  return { userId: user.id, name: user.name, email: user.email, passwordHash: user.passwordHash };
}

function wrong(): DomainError {
  return new DomainError('NOT_SIGNED_IN', 'The email address or password is wrong.');
}
