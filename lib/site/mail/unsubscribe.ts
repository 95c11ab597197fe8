import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { MAIL_KINDS, type MailKind, mailKindSchema } from '#lib/domain/mail/mail-kinds.ts';
import { decrypt, encrypt } from '#lib/site/encryption.ts';
import type { Site } from '#lib/site/site.ts';

const payloadSchema = z.strictObject({ email: emailSchema, kind: mailKindSchema });

/** An address that doesn't want mails of a kind, and that kind. */
export type Unsubscription = z.infer<typeof payloadSchema>;

/**
 * The token of an unsubscribe link: encrypted, so that nobody can make one for another address, and the address isn't
 * in logs. It never expires and needs no sign-in, as RFC 8058 asks for.
 */
export function unsubscribeToken({ environment }: Pick<Site, 'environment'>, what: Unsubscription): string {
  return Buffer.from(encrypt(environment, 'unsubscribe', JSON.stringify(what))).toString('base64url');
}

function readUnsubscribeToken({ environment }: Pick<Site, 'environment'>, token: string): Unsubscription {
  const text = decrypt(environment, 'unsubscribe', Buffer.from(token, 'base64url'));
  if (text !== null) return payloadSchema.parse(JSON.parse(text));
  throw new DomainError('NOT_FOUND', 'This unsubscribe link is incomplete. Open it from the mail again.');
}

/** What the kind of mails is called. */
export function unsubscribeLabel(kind: MailKind): string {
  return MAIL_KINDS[kind].label;
}

/** What an unsubscribe link is for, and whether it was used. Throws NOT_FOUND. */
export async function unsubscription(
  site: Pick<Site, 'db' | 'environment'>,
  token: string,
): Promise<Unsubscription & { isUnsubscribed: boolean }> {
  const what = readUnsubscribeToken(site, token);
  const found = await site.db.mailOptOut.findUnique({ where: { email_kind: what } });
  return { ...what, isUnsubscribed: found !== null };
}

/** Unsubscribes the address of a link from its kind of mails. Repeating it changes nothing. */
export async function unsubscribe(
  site: Pick<Site, 'db' | 'environment'>,
  token: string,
): Promise<Unsubscription> {
  const { email, kind } = readUnsubscribeToken(site, token);
  await site.db.mailOptOut.createMany({ data: { email, kind }, skipDuplicates: true });
  return { email, kind };
}

/** Subscribes the address of a link again, if somebody unsubscribed by mistake. */
export async function resubscribe(
  site: Pick<Site, 'db' | 'environment'>,
  token: string,
): Promise<Unsubscription> {
  const { email, kind } = readUnsubscribeToken(site, token);
  await site.db.mailOptOut.deleteMany({ where: { email, kind } });
  return { email, kind };
}
