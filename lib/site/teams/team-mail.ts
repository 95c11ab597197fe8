import type { Transaction } from '#lib/platform/database.ts';
import type { Message } from '#lib/site/mail/message.ts';
import { queueMail, siteLink } from '#lib/site/mail/queue-mail.ts';
import type { Site } from '#lib/site/site.ts';

/** Mails these people about a team, in the transaction of what it is about. Who has no address gets none. */
export async function mailPeople(
  site: Site,
  tx: Transaction,
  userIds: readonly string[],
  message: Message,
): Promise<void> {
  const where = { id: { in: [...userIds] } };
  const people = await tx.user.findMany({ where, select: { email: true }, orderBy: { id: 'asc' } });
  for (const { email } of people) if (email) await queueMail(site, tx, { to: email, kind: 'team', message });
}

export function teamLink(site: Pick<Site, 'environment'>, slug: string): string {
  return siteLink(site, `/teams/${slug}`);
}

export function manageLink(site: Pick<Site, 'environment'>, slug: string): string {
  return siteLink(site, `/teams/${slug}/manage`);
}
