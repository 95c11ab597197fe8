import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { consumeAttempts, forgetAttempts } from '#lib/site/accounts/limits/rate-limit.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import { decrypt, encrypt } from '#lib/site/encryption.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { securityNotice } from '#lib/site/mail/templates/security-notice.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { matchingStep } from './totp.ts';

const PENDING_MS = 10 * 60_000;
const RECOVERY_CODE = /^[a-z2-7]{5}-?[a-z2-7]{5}$/i;

/** Whether signing in to an account needs a code. */
export async function hasSecondFactor({ db }: Pick<Site, 'db'>, userId: string): Promise<boolean> {
  return (await db.user.count({ where: { id: userId, totpConfirmedAt: { not: null } } })) === 1;
}

/** Uses a code up. Throws INVALID for the field `code`, and TOO_MANY_ATTEMPTS. */
export async function requireCode(site: Site, userId: string, code: string): Promise<void> {
  const limit = { rule: RATE_LIMITS.codeByAccount, who: userId };
  await consumeAttempts(site, [limit]);
  const typed = code.replaceAll(/\s/g, '');
  const isRight = await site.db.$transaction((tx) =>
    RECOVERY_CODE.test(typed)
      ? spendRecoveryCode(site, tx, userId, typed)
      : spendTotpCode(site, tx, userId, typed),
  );
  if (!isRight) {
    const message = 'This code is wrong, or was already used. Wait for the next one and try again.';
    throw new DomainError('INVALID', message, { code: message });
  }
  await forgetAttempts(site, limit);
}

async function spendTotpCode(site: Site, tx: Transaction, userId: string, code: string): Promise<boolean> {
  const [user] = await tx.$queryRaw<{ totpSecret: Uint8Array | null; totpLastStep: number | null }[]>`
    SELECT "totpSecret", "totpLastStep" FROM "User"
    WHERE id = ${userId}::uuid AND "totpConfirmedAt" IS NOT NULL FOR UPDATE`;
  const secret = user?.totpSecret && readSecret(site, user.totpSecret);
  if (!secret) return false;
  const step = matchingStep(secret, code, site.now(), user.totpLastStep);
  if (step === null) return false;
  await tx.user.update({ where: { id: userId }, data: { totpLastStep: step }, select: { id: true } });
  return true;
}

async function spendRecoveryCode(
  site: Site,
  tx: Transaction,
  userId: string,
  code: string,
): Promise<boolean> {
  const where = { userId, codeHash: hashRecoveryCode(site, code) };
  const { count } = await tx.recoveryCode.deleteMany({ where });
  if (count === 0) return false;
  const left = await tx.recoveryCode.count({ where: { userId } });
  const { email } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
  const what = `A recovery code of your Heldout account was just used to sign in. ${left} are left.`;
  await announce(site, tx, email, 'A recovery code was used', what);
  return true;
}

/** Tells the owner of an account what has changed about its second factor. */
export async function announce(
  site: Site,
  tx: Transaction,
  to: string | null,
  subject: string,
  what: string,
): Promise<void> {
  if (to === null) return;
  const message = securityNotice({ subject, what, accountUrl: siteLink(site, '/account') });
  await queueMail(site, tx, { to, kind: 'account', message });
}

/** null if NEXTAUTH_SECRET has changed since. */
export function readSecret({ environment }: Pick<Site, 'environment'>, bytes: Uint8Array): Uint8Array | null {
  const text = decrypt(environment, 'totp', bytes);
  return text === null ? null : new Uint8Array(Buffer.from(text, 'base64'));
}

export function hashRecoveryCode({ environment }: Pick<Site, 'environment'>, code: string): string {
  const plain = code.replaceAll('-', '').toLowerCase();
  return createHmac('sha256', environment.sessionSecret).update(`recovery code\n${plain}`).digest('hex');
}

const pendingSchema = z.object({
  userId: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  passwordHash: z.string().nullable(),
  expiresAt: z.number(),
});

/** Somebody who has passed the first factor, for a cookie: encrypted, and worth nothing without a code. */
export function pendingSignIn(
  { environment, now }: Pick<Site, 'environment' | 'now'>,
  user: SignedIn,
): string {
  const { userId, name, email, passwordHash } = user;
  const expiresAt = now().getTime() + PENDING_MS;
  const text = JSON.stringify({ userId, name, email, passwordHash, expiresAt });
  return Buffer.from(encrypt(environment, 'second factor', text)).toString('base64url');
}

/** null if there is none any more. */
export function readPendingSignIn(
  { environment, now }: Pick<Site, 'environment' | 'now'>,
  pending: string | undefined,
): SignedIn | null {
  const text = pending ? decrypt(environment, 'second factor', Buffer.from(pending, 'base64url')) : null;
  if (text === null) return null;
  const { expiresAt, ...user } = pendingSchema.parse(JSON.parse(text));
  return expiresAt > now().getTime() ? user : null;
}

const codeSchema = z.strictObject({ code: z.string().max(40) });

/** Ends a sign-in that waited for its second factor. */
export async function passSecondFactor(
  site: Site,
  pending: string | undefined,
  input: unknown,
): Promise<SignedIn> {
  const user = readPendingSignIn(site, pending);
  if (!user)
    throw new DomainError('NOT_FOUND', 'This sign-in took too long. Start again from the sign-in page.');
  await requireCode(site, user.userId, parseInput(codeSchema, input).code);
  return { ...user, hasPassedSecondFactor: true };
}
