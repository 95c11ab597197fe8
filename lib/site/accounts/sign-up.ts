import type { z } from 'zod';
import { accountSchema } from '#lib/api/accounts.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import { alreadySignedUp, confirmSignUp } from '#lib/site/mail/templates/sign-up.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import type { Client } from './client.ts';
import { createEmailLink } from './email-links/email-links.ts';
import { consumeMail, sendsMail } from './email-links/mail-limits.ts';
import { consumeAttempt } from './limits/rate-limit.ts';
import { requireUncommonPassword } from './passwords/common-passwords.ts';
import { hashPassword } from './passwords.ts';

type Account = z.infer<typeof accountSchema>;

/**
 * Mails a link that creates the account. If the email address has one already, it gets a mail that says so. Neither the
 * result nor the time that it takes tells which: both hash the password, store a link and queue a mail.
 *
 * A site without mail creates the account at once, and treats a taken address alike.
 * @param next where the link leads once the account is confirmed: a path of this site.
 */
export async function signUp(site: Site, input: unknown, client: Client, next = '/'): Promise<void> {
  const account = parseInput(accountSchema, input);
  await requireUncommonPassword(account.password, account);
  await consumeAttempt(site, RATE_LIMITS.signUpByAddress, client.address);
  if (sendsMail(site.environment)) await mailLink(site, account, client, next);
  else await createUnlessTaken(site, account);
}

async function mailLink(
  site: Site,
  { name, email, password }: Account,
  client: Client,
  next: string,
): Promise<void> {
  await consumeMail(site, email, client);
  const passwordHash = await hashPassword(password);
  const isTaken = (await site.db.user.findUnique({ where: { email }, select: { id: true } })) !== null;
  await site.db.$transaction(async (tx) => {
    const link = { purpose: 'SIGN_UP' as const, email, userId: null, name, passwordHash };
    const { token, expiresAt } = await createEmailLink(site, tx, link);
    const message = isTaken
      ? alreadySignedUp({
          signInUrl: siteLink(site, '/sign-in'),
          resetUrl: siteLink(site, '/reset-password'),
        })
      : confirmSignUp({ url: siteLink(site, '/sign-up/confirm', token, next) });
    await queueMail(site, tx, { to: email, kind: 'account', message, expiresAt });
  });
}

async function createUnlessTaken({ db }: Site, { name, email, password }: Account): Promise<void> {
  const passwordHash = await hashPassword(password);
  await db.user.upsert({
    where: { email },
    create: { name, email, passwordHash },
    // The row is written again, unchanged.
    update: { email },
    select: { id: true },
  });
}
