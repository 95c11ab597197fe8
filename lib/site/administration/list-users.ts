import type { UserEntry, UsersQuery, UsersView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of the accounts, newest first. Deleted ones have nothing to show. */
export async function usersView(site: Site, query: UsersQuery, viewer: Viewer | null): Promise<UsersView> {
  const { userId: ownId } = authorize('site.inspect', viewer);
  const read = (slice: Slice) => findUsers(site, query, slice);
  const { rows, ...links } = await readPageWithPrevious(query, read, ({ id }) => id);
  return { users: rows, ...links, ownId, asOf: site.now().toISOString() };
}

const ROLES = {
  administrators: Prisma.sql`person."isAdmin"`,
  organizers: Prisma.sql`EXISTS (SELECT FROM "Organizer" organizer WHERE organizer."userId" = person.id)`,
  disabled: Prisma.sql`person."disabledAt" IS NOT NULL`,
} as const;

type Row = Omit<UserEntry, 'createdAt' | 'lastSeenAt'> & { createdAt: Date; lastSeenAt: Date | null };

async function findUsers({ db }: Site, { q, role }: UsersQuery, slice: Slice): Promise<UserEntry[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`person.id`, slice);
  const conditions = [Prisma.sql`person."deletedAt" IS NULL`, isInSlice];
  if (role) conditions.push(ROLES[role]);
  if (q)
    conditions.push(
      Prisma.sql`position(lower(${q}) IN lower(concat_ws(' ', person.name, person.email))) > 0`,
    );
  const rows = await db.$queryRaw<Row[]>`
    SELECT person.id, person.name, person.email, person."isAdmin", person."createdAt",
      person."emailVerifiedAt" IS NOT NULL AS "isEmailConfirmed",
      person."totpConfirmedAt" IS NOT NULL AS "hasSecondFactor",
      person."disabledAt" IS NOT NULL AS "isDisabled",
      ARRAY(
        SELECT challenge.slug FROM "Organizer" organizer
        JOIN "Challenge" challenge ON challenge.id = organizer."challengeId"
        WHERE organizer."userId" = person.id ORDER BY challenge.slug LIMIT 20
      ) AS organizes,
      (SELECT count(*)::int FROM "Membership" membership WHERE membership."userId" = person.id) AS teams,
      (SELECT max(session."lastSeenAt") FROM "Session" session WHERE session."userId" = person.id) AS "lastSeenAt"
    FROM "User" person WHERE ${Prisma.join(conditions, ' AND ')} ${firstOfSlice}`;
  return rows.map(({ createdAt, lastSeenAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  }));
}
