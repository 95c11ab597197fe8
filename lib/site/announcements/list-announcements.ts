import type {
  AnnouncementEntry,
  AnnouncementsQuery,
  AnnouncementsView,
  AnnouncementView,
  PublicAnnouncements,
} from '#lib/api/notifications/announcements.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { type Announcement, Prisma } from '#prisma-client';

/** On the challenge's overview. */
const LATEST = 3;

/** What a challenge's overview shows: pinned announcements, then the newest. */
export async function latestAnnouncements(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<{ announcements: AnnouncementEntry[]; hasMore: boolean }> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const rows = await site.shared.read(`announcements ${challenge.id}`, () =>
    site.db.announcement.findMany({
      where: { challengeId: challenge.id, withdrawnAt: null },
      orderBy: [{ isPinned: 'desc' }, { id: 'desc' }],
      take: LATEST + 1,
    }),
  );
  return { announcements: rows.slice(0, LATEST).map(entryOf), hasMore: rows.length > LATEST };
}

/** All of them, newest first, page by page. */
export async function publicAnnouncements(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: AnnouncementsQuery,
): Promise<PublicAnnouncements> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const { rows, ...links } = await readAnnouncements(site, challenge.id, query, false);
  return { announcements: rows, ...links };
}

/** The same for organizers. */
export async function announcementsView(
  site: Site,
  slug: string,
  viewer: Viewer | null,
  query: AnnouncementsQuery,
): Promise<AnnouncementsView> {
  const challenge = await findOrganized(site, slug, viewer);
  const [{ rows, ...links }, readers] = await Promise.all([
    readAnnouncements(site, challenge.id, query, true),
    countReaders(site, challenge.id),
  ]);
  const mayWrite = may('announcement.write', viewer, { challenge });
  return { ...listHead(site, challenge), announcements: rows, ...links, mayWrite, readers };
}

/** One announcement, for organizers. Throws NOT_FOUND. */
export async function announcementView(
  site: Site,
  { slug, id }: { slug: string; id: string },
  viewer: Viewer | null,
): Promise<AnnouncementView> {
  const challenge = await findOrganized(site, slug, viewer);
  const row = await findAnnouncement(site, challenge.id, id);
  const mayWrite = may('announcement.write', viewer, { challenge });
  return { ...listHead(site, challenge), announcement: entryOf(row), mayWrite };
}

/** Throws NOT_FOUND. */
export async function findAnnouncement(
  { db }: Pick<Site, 'db'>,
  challengeId: string,
  id: string,
): Promise<Announcement> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
  const row = isId ? await db.announcement.findFirst({ where: { id, challengeId } }) : null;
  if (row) return row;
  throw new DomainError('NOT_FOUND', 'This announcement doesn’t exist.');
}

function readAnnouncements(
  { db }: Site,
  challengeId: string,
  query: AnnouncementsQuery,
  withWithdrawn: boolean,
) {
  const read = async (slice: Slice): Promise<AnnouncementEntry[]> => {
    const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`id`, slice);
    const isShown = withWithdrawn ? Prisma.empty : Prisma.sql`AND "withdrawnAt" IS NULL`;
    const rows = await db.$queryRaw<Announcement[]>`
      SELECT * FROM "Announcement"
      WHERE "challengeId" = ${challengeId}::uuid AND ${isInSlice} ${isShown} ${firstOfSlice}`;
    return rows.map(entryOf);
  };
  return readPageWithPrevious(query, read, ({ id }) => id);
}

async function countReaders({ db }: Site, challengeId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT membership."userId")::int AS count
    FROM "Registration" registration JOIN "Membership" membership ON membership."teamId" = registration."teamId"
    WHERE registration."challengeId" = ${challengeId}::uuid AND registration.state <> 'DECLINED'`;
  return row?.count ?? 0;
}

function entryOf({ challengeId: _, ...row }: Announcement): AnnouncementEntry {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    withdrawnAt: row.withdrawnAt?.toISOString() ?? null,
  };
}
