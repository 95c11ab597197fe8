import type {
  NotificationEntry,
  NotificationsQuery,
  NotificationsView,
} from '#lib/api/notifications/notifications.ts';
import { markReadRequestSchema } from '#lib/api/notifications/routes.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import { authorize } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';
import { readChoices } from './choices.ts';

/** One page of the viewer's notifications, newest first, and their choices. */
export async function notificationsView(
  site: Site,
  query: NotificationsQuery,
  viewer: Viewer | null,
): Promise<NotificationsView> {
  const known = authorize('notification.read', viewer);
  const [list, choices] = await Promise.all([
    listNotifications(site, query, known),
    readChoices(site, known),
  ]);
  return { ...list, choices, email: known.email, asOf: site.now().toISOString() };
}

/** One page of the viewer's notifications, newest first, and how many of all are unread. */
export async function listNotifications(
  site: Site,
  query: NotificationsQuery,
  viewer: Viewer | null,
): Promise<Pick<NotificationsView, 'notifications' | 'unread' | 'previous' | 'next'>> {
  const { userId } = authorize('notification.read', viewer);
  const read = (slice: Slice) => findNotifications(site, userId, slice);
  const [{ rows, ...links }, unread] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    countUnread(site, userId),
  ]);
  return { notifications: rows, ...links, unread };
}

const countUnread = ({ db }: Site, userId: string) =>
  db.notification.count({ where: { userId, readAt: null } });

async function findNotifications({ db }: Site, userId: string, slice: Slice): Promise<NotificationEntry[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`id`, slice);
  const rows = await db.$queryRaw<(Omit<NotificationEntry, 'createdAt'> & { createdAt: Date })[]>`
    SELECT id, title, path, "createdAt", "readAt" IS NOT NULL AS "isRead"
    FROM "Notification" WHERE "userId" = ${userId}::uuid AND ${isInSlice} ${firstOfSlice}`;
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: startOfMinute(createdAt).toISOString() }));
}

/**
 * Marks one of the viewer's notifications as read, or all of them; returns how many are left. Repeating it changes
 * nothing.
 */
export async function markRead(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
): Promise<{ unread: number }> {
  const { userId } = authorize('notification.markRead', viewer);
  const { id } = parseInput(markReadRequestSchema, input);
  await site.db.notification.updateMany({
    where: { userId, readAt: null, ...(id === 'all' ? {} : { id }) },
    data: { readAt: site.now() },
  });
  return { unread: await countUnread(site, userId) };
}
