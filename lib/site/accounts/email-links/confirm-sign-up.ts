import { z } from 'zod';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { isPassword } from '#lib/site/accounts/passwords.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { findEmailLink, takeEmailLink } from './email-links.ts';

const inputSchema = z.strictObject({ token: z.string(), password: z.string().max(200) });

/**
 * Creates the account of a sign-up. Asks for the password that was chosen then: whoever reads the mail didn't
 * necessarily sign up, and must not confirm an account whose password somebody else knows.
 */
export async function confirmSignUp(site: Site, input: unknown): Promise<SignedIn> {
  const { token, password } = parseInput(inputSchema, input);
  const { id, passwordHash } = await findEmailLink(site, 'SIGN_UP', token);
  await consumeAttempt(site, RATE_LIMITS.passwordBySignUpLink, id);
  if (!(await isPassword(passwordHash, password))) {
    const message = 'This isn’t the password that you chose when you signed up.';
    throw new DomainError('INVALID', message, { password: message });
  }
  try {
    return await site.db.$transaction(async (tx) => {
      const { email, name } = await takeEmailLink(site, tx, 'SIGN_UP', token);
      const now = site.now();
      const data = { email, name: name ?? '', passwordHash, createdAt: now, emailVerifiedAt: now };
      const user = await tx.user.create({ data });
      await tx.emailLink.deleteMany({ where: { purpose: 'SIGN_UP', email } });
      return { userId: user.id, name: user.name, email: user.email, passwordHash };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('CONFLICT', 'This address already has an account. Sign in with its password.');
  }
}
