import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import { confirmPassword } from '#lib/site/accounts/sign-in.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import * as mails from '#lib/site/mail/templates/address.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { createEmailLink, takeEmailLink } from './email-links.ts';
import { consumeMail, requireMail } from './mail-limits.ts';

const inputSchema = z.strictObject({ email: emailSchema, password: z.string().max(200) });

/**
 * Mails a link to the new address that makes it the account's, and a notice to the old one. An address that has an
 * account already gets a mail that says so; the page says the same in both cases.
 */
export async function requestAddressChange(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  requireMail(site);
  const { email, password } = parseInput(inputSchema, input);
  await confirmPassword(site, known, 'password', password);
  if (email === known.email) {
    const message = 'This is already the address of your account.';
    throw new DomainError('INVALID', message, { email: message });
  }
  await mailLink(site, known, email);
}

/** Mails a link to the account's own address, if it was never confirmed. */
export async function requestAddressConfirmation(site: Site, viewer: Viewer | null): Promise<void> {
  const known = authorize('account.change', viewer);
  requireMail(site);
  if (known.email === null)
    throw new DomainError('CONFLICT', 'Your account has no email address. Add one first.');
  await mailLink(site, known, known.email);
}

async function mailLink(site: Site, { userId, email: old }: Viewer, email: string): Promise<void> {
  await consumeMail(site, email, { address: `user ${userId}` });
  const owner = await site.db.user.findUnique({ where: { email }, select: { id: true } });
  const isTaken = owner !== null && owner.id !== userId;
  await site.db.$transaction(async (tx) => {
    // Only the last link counts.
    await tx.emailLink.deleteMany({ where: { userId, purpose: 'CHANGE_ADDRESS' } });
    const { token, expiresAt } = await createEmailLink(site, tx, {
      purpose: 'CHANGE_ADDRESS',
      email,
      userId,
    });
    const message = isTaken
      ? mails.addressTaken({ signInUrl: siteLink(site, '/sign-in') })
      : mails.confirmAddress({ url: siteLink(site, '/account/address', token) });
    await queueMail(site, tx, { to: email, kind: 'account', message, expiresAt });
    if (old === null || old === email) return;
    const notice = mails.addressChangeRequested({ email, accountUrl: siteLink(site, '/account') });
    await queueMail(site, tx, { to: old, kind: 'account', message: notice });
  });
}

/** Makes the address of a link that of its account, and tells the old one. Returns the new address. */
export async function confirmAddress(site: Site, token: string): Promise<string> {
  try {
    return await site.db.$transaction(async (tx) => {
      const { userId, email } = await takeEmailLink(site, tx, 'CHANGE_ADDRESS', token);
      const { email: old, name } = await tx.user.findUniqueOrThrow({ where: { id: userId ?? '' } });
      await tx.user.update({ where: { id: userId ?? '' }, data: { email, emailVerifiedAt: site.now() } });
      await recordAudit(tx, { userId: userId ?? '', name }, 'account.changeAddress', null, {});
      // Links that were mailed to the old address must not open the account.
      await tx.emailLink.deleteMany({ where: { userId, email: { not: email } } });
      if (old !== null && old !== email) {
        await moveOptOuts(tx, old, email);
        const message = mails.addressChanged({ email, siteUrl: siteLink(site, '/') });
        await queueMail(site, tx, { to: old, kind: 'account', message });
      }
      return email;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('CONFLICT', 'Another account has this address by now. Choose another one.');
  }
}

/** What somebody has turned off stays off at their new address. */
async function moveOptOuts(tx: Transaction, from: string, email: string): Promise<void> {
  const kinds = await tx.mailOptOut.findMany({ where: { email: from }, select: { kind: true } });
  await tx.mailOptOut.createMany({ data: kinds.map(({ kind }) => ({ email, kind })), skipDuplicates: true });
}
