import { accountSchema } from '#lib/api/accounts.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { Client } from './client.ts';
import { consumeAttempt } from './limits/rate-limit.ts';
import { hashPassword } from './passwords.ts';

/**
 * Creates an account, unless the email address has one already. Neither the result nor the time that it takes
 * tells which: the password is hashed in both cases, and an existing row is written again, unchanged.
 */
export async function signUp(site: Site, input: unknown, { address }: Client): Promise<void> {
  const { name, email, password } = parseInput(accountSchema, input);
  await consumeAttempt(site, RATE_LIMITS.signUpByAddress, address);
  const passwordHash = await hashPassword(password);
  await site.db.user.upsert({
    where: { email },
    create: { name, email, passwordHash },
    update: { email },
    select: { id: true },
  });
}
