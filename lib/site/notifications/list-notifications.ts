import { z } from 'zod';
import type {
  NotificationEntry,
  NotificationsQuery,
  NotificationsView,
} from '#lib/api/pages/notifications.ts';
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
  const { userId, email } = known;
  const read = (slice: Slice) => findNotifications(site, userId, slice);
  const [{ rows, ...links }, unread, choices] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    site.db.notification.count({ where: { userId, readAt: null } }),
    readChoices(site, known),
  ]);
  return { notifications: rows, ...links, unread, choices, email, asOf: site.now().toISOString() };
}

async function findNotifications({ db }: Site, userId: string, slice: Slice): Promise<NotificationEntry[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`id`, slice);
  const rows = await db.$queryRaw<(Omit<NotificationEntry, 'createdAt'> & { createdAt: Date })[]>`
    SELECT id, title, path, "createdAt", "readAt" IS NOT NULL AS "isRead"
    FROM "Notification" WHERE "userId" = ${userId}::uuid AND ${isInSlice} ${firstOfSlice}`;
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: startOfMinute(createdAt).toISOString() }));
}

/** Marks one of the viewer's notifications as read, or all of them. Repeating it changes nothing. */
export async function markRead(site: Site, input: unknown, viewer: Viewer | null): Promise<void> {
  const { userId } = authorize('notification.change', viewer);
  const { id } = parseInput(z.strictObject({ id: z.union([z.uuid(), z.literal('all')]) }), input);
  await site.db.notification.updateMany({
    where: { userId, readAt: null, ...(id === 'all' ? {} : { id }) },
    data: { readAt: site.now() },
  });
}
