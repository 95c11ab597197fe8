import { accountSchema, type NewUser } from '#lib/api/accounts.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { hashPassword } from './passwords.ts';
import { consumeAttempt } from './rate-limit.ts';

const BY_ADDRESS = { name: 'sign-up', attempts: 100, windowSeconds: 3600 };

/** Creates an account. `address` is the client’s, for the rate limit. */
export async function signUp(site: Site, input: unknown, address: string): Promise<NewUser> {
  const { name, email, password } = parseInput(accountSchema, input);
  await consumeAttempt(site, BY_ADDRESS, address);
  const passwordHash = await hashPassword(password);
  try {
    const { id } = await site.db.user.create({ data: { name, email, passwordHash }, select: { id: true } });
    return { id, name, email };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('CONFLICT', 'An account with this email address already exists. Sign in instead.', {
      email: 'Use another address, or sign in.',
    });
  }
}
