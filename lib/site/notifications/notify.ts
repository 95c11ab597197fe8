import { MAIL_KINDS, type MailKind } from '#lib/domain/mail/mail-kinds.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Message } from '#lib/site/mail/message.ts';
import { type MailingSite, queueMail } from '#lib/site/mail/queue-mail.ts';

/** What people are told. */
export interface Telling {
  kind: MailKind;
  /** One line of their list on the site. */
  title: string;
  /** Where it leads on this site. */
  path: string;
  /** The mail about it. */
  message: Message;
}

/** What a notice says, and to whom: a person, or the members of teams. */
export interface Described {
  telling: Telling;
  /** `exceptPhaseId`: without the teams that were granted a later date in this phase. */
  to: { teamId: string } | { userId: string } | { challengeId: string; exceptPhaseId?: string };
}

/**
 * Tells people about something in the transaction of what it is about: in their list on the site and by mail, each
 * unless they have turned it off. Who has no address gets no mail.
 */
export async function notifyPeople(
  site: MailingSite,
  tx: Transaction,
  userIds: readonly string[],
  { kind, title, path, message }: Telling,
): Promise<void> {
  const people = await tx.user.findMany({
    where: { id: { in: [...userIds] } },
    select: { id: true, email: true, siteOptOuts: { where: { kind }, select: { kind: true } } },
    orderBy: { id: 'asc' },
  });
  if (MAIL_KINDS[kind].isOnSite) {
    const listed = people.filter(({ siteOptOuts }) => siteOptOuts.length === 0);
    const at = { createdAt: site.now() };
    await tx.notification.createMany({
      data: listed.map(({ id }) => ({ userId: id, kind, title, path, ...at })),
    });
  }
  // Where nobody can be mailed, a row for each notification would only fill the table.
  if (site.environment.mail === null && !site.environment.showsMail) return;
  for (const { email } of people) if (email) await queueMail(site, tx, { to: email, kind, message });
}
