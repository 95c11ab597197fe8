import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import type { Client } from './client.ts';
import { knownDevice } from './known-device.ts';
import { consumeAttempts, forgetAttempts, type RateLimit, refundAttempt } from './limits/rate-limit.ts';
import { isPassword } from './passwords.ts';

/** Also if the address has signed up and not confirmed it yet, because then there is no account. */
export const WRONG_CREDENTIALS = 'The email address or password is wrong.';

const FRESH_SESSION_MS = 10 * 60_000;

const OTHER_BROWSER = 'A browser with which you have signed in before need not wait.';

/** Malformed input gets the same error as a wrong password. */
const credentialsSchema = z.object({ email: emailSchema, password: z.string().max(200) });

export interface SignedIn {
  userId: string;
  name: string;
  email: string | null;
  /** The hash of the account's password when it signed in (sessions.ts). null: the account has no password. */
  passwordHash: string | null;
  /** Whether a code was entered (two-factor/second-factor.ts). */
  hasPassedSecondFactor?: true;
}

/**
 * Checks email and password. Only wrong passwords count. They slow further attempts down, per address and
 * account; they never lock an account, and never slow down a browser that has signed in to it before.
 */
export async function signIn(site: Site, input: unknown, client: Client): Promise<SignedIn> {
  const parsed = credentialsSchema.safeParse(input);
  if (!parsed.success) throw wrong();
  const { email, password } = parsed.data;
  const user = await site.db.user.findUnique({ where: { email } });
  const device = user && knownDevice(site, client.deviceCookie, user);
  const personal = device
    ? { rule: RATE_LIMITS.signInByDevice, who: device }
    : { rule: RATE_LIMITS.signInByAccountAndAddress, who: `${email}\n${client.address}` };
  const shared: RateLimit[] = device
    ? []
    : [
        { rule: RATE_LIMITS.signInByAddress, who: client.address },
        { rule: RATE_LIMITS.signInByAccount, who: email },
      ];
  await consumeAttempts(site, [personal, ...shared], device ? '' : OTHER_BROWSER);
  const matches = await isPassword(user?.passwordHash ?? null, password);
  if (!user?.passwordHash || !matches) throw wrong();
  await forgetAttempts(site, personal);
  for (const limit of shared) await refundAttempt(site, limit);
  return { userId: user.id, name: user.name, email: user.email, passwordHash: user.passwordHash };
}

/** Checks the password of somebody who is signed in. Throws INVALID with an error for that field of the input. */
export async function confirmPassword(
  site: Site,
  { userId, sessionId }: { userId: string; sessionId?: string },
  field: string,
  password: string,
): Promise<void> {
  const limit = { rule: RATE_LIMITS.passwordBySession, who: sessionId ?? userId };
  await consumeAttempts(site, [limit]);
  const { passwordHash } = await site.db.user.findUniqueOrThrow({ where: { id: userId } });
  if (passwordHash === null) {
    await requireFreshSession(site, field, sessionId);
    return;
  }
  if (!(await isPassword(passwordHash, password))) {
    const message = 'This isn’t the password of your account.';
    throw new DomainError('INVALID', message, { [field]: message });
  }
  await forgetAttempts(site, limit);
}

/** In place of a password, for accounts that have none: they sign in at a provider, or by mail. */
async function requireFreshSession(site: Site, field: string, sessionId: string | undefined): Promise<void> {
  const after = new Date(site.now().getTime() - FRESH_SESSION_MS);
  const isFresh =
    sessionId && (await site.db.session.count({ where: { id: sessionId, createdAt: { gt: after } } })) === 1;
  if (isFresh) return;
  const message = 'Your account has no password. Sign out, sign in again, and do this within ten minutes.';
  throw new DomainError('INVALID', message, { [field]: message });
}

function wrong(): DomainError {
  return new DomainError('NOT_SIGNED_IN', WRONG_CREDENTIALS);
}
