import { chooseNotificationsSchema, type NotificationChoice } from '#lib/api/notifications/notifications.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { CHOSEN_KINDS, MAIL_KINDS } from '#lib/domain/mail/mail-kinds.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** What the viewer wants to be told, and how. The links in mails change the same choices of mails. */
export async function readChoices(
  { db }: Pick<Site, 'db'>,
  { userId, email }: Pick<Viewer, 'userId' | 'email'>,
): Promise<NotificationChoice[]> {
  const offSite = await db.siteOptOut.findMany({ where: { userId } });
  const offMail = email === null ? [] : await db.mailOptOut.findMany({ where: { email } });
  return CHOSEN_KINDS.map((kind) => {
    const { label, isOnSite } = MAIL_KINDS[kind];
    return {
      kind,
      label,
      onSite: isOnSite ? !offSite.some((off) => off.kind === kind) : null,
      byMail: !offMail.some((off) => off.kind === kind),
    };
  });
}

/** Saves the whole of the viewer's choices. */
export async function chooseNotifications(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const { userId, email } = authorize('notification.change', viewer);
  const { onSite, byMail } = parseInput(chooseNotificationsSchema, input);
  const kinds = CHOSEN_KINDS.filter((kind) => MAIL_KINDS[kind].isOnSite);
  await site.db.$transaction(async (tx) => {
    await tx.siteOptOut.deleteMany({ where: { userId } });
    const offSite = kinds.filter((kind) => !onSite.includes(kind));
    await tx.siteOptOut.createMany({ data: offSite.map((kind) => ({ userId, kind })), skipDuplicates: true });
    if (email === null) return;
    const offMail = CHOSEN_KINDS.filter((kind) => !byMail.includes(kind));
    await tx.mailOptOut.deleteMany({ where: { email, kind: { in: CHOSEN_KINDS } } });
    await tx.mailOptOut.createMany({ data: offMail.map((kind) => ({ email, kind })), skipDuplicates: true });
  });
}
