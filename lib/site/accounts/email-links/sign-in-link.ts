import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import type { SignedIn } from '#lib/site/accounts/sign-in.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { noAccount } from '#lib/site/mail/templates/no-account.ts';
import { signInLink } from '#lib/site/mail/templates/sign-in-link.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { createEmailLink, takeEmailLink } from './email-links.ts';
import { consumeMail, requireMail } from './mail-limits.ts';

const requestSchema = z.strictObject({ email: emailSchema, next: z.string().max(2000) });

/** Mails a link that signs in without the password. Treats an address without an account like password resets do. */
export async function requestSignInLink(site: Site, input: unknown, client: Client): Promise<void> {
  requireMail(site);
  const { email, next } = parseInput(requestSchema, input);
  await consumeMail(site, email, client);
  const user = await site.db.user.findUnique({ where: { email }, select: { id: true } });
  await site.db.$transaction(async (tx) => {
    const link = { purpose: 'SIGN_IN' as const, email, userId: user?.id ?? null };
    const { token, expiresAt } = await createEmailLink(site, tx, link);
    const message = user
      ? signInLink({ url: siteLink(site, '/sign-in/link/open', token, next) })
      : noAccount({ signUpUrl: siteLink(site, '/sign-up') });
    await queueMail(site, tx, { to: email, kind: 'account', message, expiresAt });
  });
}

/** The account that a link signs in to. */
export async function signInByLink(site: Site, token: string): Promise<SignedIn> {
  return site.db.$transaction(async (tx) => {
    const { userId, email } = await takeEmailLink(site, tx, 'SIGN_IN', token);
    if (userId === null) throw new Error('A link without an account was used.');
    await tx.user.updateMany({ where: { id: userId, email }, data: { emailVerifiedAt: site.now() } });
    const { id, name, passwordHash, ...user } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
    return { userId: id, name, email: user.email, passwordHash };
  });
}
