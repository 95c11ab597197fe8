import { z } from 'zod';
import { emailSchema, passwordSchema } from '#lib/api/accounts.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { requireUncommonPassword } from '#lib/site/accounts/passwords/common-passwords.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { setPassword } from '#lib/site/accounts/sessions.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { noAccount } from '#lib/site/mail/templates/no-account.ts';
import { passwordChanged } from '#lib/site/mail/templates/password-changed.ts';
import { resetPassword } from '#lib/site/mail/templates/reset-password.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { createEmailLink, takeEmailLink } from './email-links.ts';
import { consumeMail, requireMail } from './mail-limits.ts';

const requestSchema = z.strictObject({ email: emailSchema });

/**
 * Mails a link that sets a new password. An address without an account gets a mail that says so, and neither the
 * result nor the time that it takes tells which.
 */
export async function requestPasswordReset(site: Site, input: unknown, client: Client): Promise<void> {
  requireMail(site);
  const { email } = parseInput(requestSchema, input);
  await consumeMail(site, email, client);
  const user = await site.db.user.findUnique({ where: { email }, select: { id: true } });
  await site.db.$transaction(async (tx) => {
    const link = { purpose: 'RESET_PASSWORD' as const, email, userId: user?.id ?? null };
    const { token, expiresAt } = await createEmailLink(site, tx, link);
    const message = user
      ? resetPassword({ url: siteLink(site, '/reset-password/new', token) })
      : noAccount({ signUpUrl: siteLink(site, '/sign-up') });
    await queueMail(site, tx, { to: email, kind: 'account', message, expiresAt });
  });
}

const resetSchema = z.strictObject({ token: z.string(), password: passwordSchema });

/**
 * Sets the password of a link's account, and ends all of its sessions. Returns the address of the account. API tokens
 * keep working.
 */
export async function setPasswordByLink(site: Site, input: unknown): Promise<string> {
  const { token, password } = parseInput(resetSchema, input);
  await requireUncommonPassword(password);
  const passwordHash = await hashPassword(password);
  return site.db.$transaction(async (tx) => {
    const { userId, email } = await takeEmailLink(site, tx, 'RESET_PASSWORD', token);
    // Links of addresses without an account are never mailed.
    if (userId === null) throw new Error('A link without an account was used.');
    await setPassword(tx, userId, passwordHash);
    const { name } = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { name: true } });
    await recordAudit(tx, { userId, name }, 'account.resetPassword', null, {});
    // Those who open the link read mail at the address.
    await tx.user.updateMany({ where: { id: userId, email }, data: { emailVerifiedAt: site.now() } });
    await tx.emailLink.deleteMany({ where: { userId, purpose: { in: ['RESET_PASSWORD', 'SIGN_IN'] } } });
    const message = passwordChanged({ accountUrl: siteLink(site, '/account') });
    await queueMail(site, tx, { to: email, kind: 'account', message });
    return email;
  });
}
