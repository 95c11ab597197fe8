import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import { MAIL_KINDS, type MailKind } from '#lib/domain/mail/mail-kinds.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { sendMailJob } from '#lib/platform/queue/mail-queue.ts';
import { encrypt } from '#lib/site/encryption.ts';
import type { Site } from '#lib/site/site.ts';
import { type Footer, type Message, oneLine, renderHtml, renderText } from './message.ts';
import { unsubscribeToken } from './unsubscribe.ts';

export interface NewMail {
  to: string;
  kind: MailKind;
  message: Message;
  /** When its links stop working. It isn't sent afterwards. */
  expiresAt?: Date;
}

/** What writing a mail needs of the site. */
export type MailingSite = Pick<Site, 'environment' | 'queue' | 'now'>;

/** What the worker sends; stored encrypted. */
export const mailContentSchema = z.object({
  text: z.string(),
  html: z.string(),
  unsubscribeUrl: z.string().nullable(),
});

/**
 * An address of this site, for links in mails. From the configuration, never from a request's Host header. `next` is
 * where the page leads afterwards.
 */
export function siteLink(
  { environment }: Pick<Site, 'environment'>,
  path: string,
  token?: string,
  next = '/',
): string {
  const link = new URL(path, environment.origin);
  if (token !== undefined) link.searchParams.set('token', token);
  if (next !== '/') link.searchParams.set('next', next);
  return link.href;
}

/**
 * Writes a mail in the transaction of what it is about, and queues it: both are committed or neither is. Without a mail
 * server, it isn't sent; the development site shows it at /dev/mail. An address that has unsubscribed gets none.
 */
export async function queueMail(site: MailingSite, tx: Transaction, mail: NewMail): Promise<void> {
  const { kind, message, expiresAt } = mail;
  const to = emailSchema.parse(mail.to);
  const { isEssential } = MAIL_KINDS[kind];
  if (!isEssential && (await tx.mailOptOut.findUnique({ where: { email_kind: { email: to, kind } } })))
    return;
  const isOn = site.environment.mail !== null;
  const content = contentOf(site, { to, kind, message });
  const { id } = await tx.mail.create({
    data: {
      to,
      kind,
      subject: oneLine(message.subject),
      state: isOn ? 'QUEUED' : 'UNSENT',
      content:
        isOn || site.environment.showsMail
          ? encrypt(site.environment, 'mail', JSON.stringify(content))
          : null,
      createdAt: site.now(),
      expiresAt: expiresAt ?? null,
    },
    select: { id: true },
  });
  if (isOn) await sendMailJob(await site.queue(), tx, id);
}

function contentOf(site: MailingSite, { to, kind, message }: NewMail): z.infer<typeof mailContentSchema> {
  const token = MAIL_KINDS[kind].isEssential ? undefined : unsubscribeToken(site, { email: to, kind });
  const { host } = new URL(site.environment.origin);
  const footer: Footer = {
    reason: `Sent by Heldout at ${host} to ${to}.`,
    unsubscribePage: token === undefined ? null : siteLink(site, '/unsubscribe', token),
  };
  return {
    text: renderText(message, footer),
    html: renderHtml(message, footer),
    unsubscribeUrl: token === undefined ? null : siteLink(site, '/unsubscribe/one-click', token),
  };
}
