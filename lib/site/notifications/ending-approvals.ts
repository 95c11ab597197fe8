import { requestPage } from '#lib/api/datasets/addresses.ts';
import { EXPIRING_DAYS, stateAt } from '#lib/domain/datasets/data-request.ts';
import { DAY_MS, utcText } from '#lib/domain/minutes.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { lastsBeyond } from '#lib/site/datasets/access/find-access.ts';
import { type MailingSite, siteLink } from '#lib/site/mail/queue-mail.ts';
import { notified } from '#lib/site/mail/templates/notification.ts';
import { addNotices, type NewNotice, type NoticeContent } from './notices.ts';
import type { Described } from './notify.ts';

/** One that ended longer ago, while no process of the site was running, is old news. */
const NEWS_MS = 2 * DAY_MS;

/** Adds a notice for each approval of a data request that ends soon, and for each that has just ended. */
export async function noteEndingApprovals({ db, now }: { db: Database; now(): Date }): Promise<void> {
  const at = now();
  const soon = new Date(at.getTime() + EXPIRING_DAYS * DAY_MS);
  const ending = await db.dataRequest.findMany({
    where: { state: 'APPROVED', expiresAt: { gt: new Date(at.getTime() - NEWS_MS), lte: soon } },
    select: { id: true, expiresAt: true },
  });
  const notices = ending.map(({ id, expiresAt }): NewNotice => {
    const event = expiresAt! > at ? 'ends' : 'ended';
    const content = { kind: 'data' as const, requestId: id, event, at: expiresAt!.toISOString() } as const;
    return { content, dueAt: at };
  });
  if (notices.length > 0) await addNotices(db, notices);
}

/** Null once the person has another approval, or the approval was revoked. */
export async function describeApproval(
  site: MailingSite,
  tx: Transaction,
  { requestId: id, event, at }: Extract<NoticeContent, { kind: 'data' }>,
): Promise<Described | null> {
  const dataset = { select: { name: true, title: true, challenge: { select: { slug: true, title: true } } } };
  const found = await tx.dataRequest.findUnique({ where: { id }, include: { dataset } });
  if (found?.expiresAt?.toISOString() !== at) return null;
  const isOver = stateAt(found, site.now()) === 'EXPIRED';
  if (found.state !== 'APPROVED' || isOver !== (event === 'ended')) return null;
  const { datasetId, userId, expiresAt } = found;
  const longer = await tx.dataRequest.count({
    where: { datasetId, userId, ...lastsBeyond(expiresAt) },
  });
  if (longer > 0) return null;
  const { name, title, challenge } = found.dataset;
  const path = requestPage(challenge.slug, name);
  const sentence = `Your access to “${title}” of ${challenge.title} ${event} ${utcText(expiresAt)}`;
  const link = { label: 'Ask for its renewal', href: siteLink(site, path) };
  const message = notified({ title: sentence, link });
  return { telling: { kind: 'data', title: sentence, path, message }, to: { userId } };
}
