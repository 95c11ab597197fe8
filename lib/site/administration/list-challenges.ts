import type { ChallengeRow, ChallengesQuery, ChallengesView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of all challenges, drafts too, newest first. */
export async function challengesView(
  site: Site,
  query: ChallengesQuery,
  viewer: Viewer | null,
): Promise<ChallengesView> {
  authorize('site.inspect', viewer);
  const read = (slice: Slice) => findChallenges(site, query, slice);
  const { rows, ...links } = await readPageWithPrevious(query, read, ({ id }) => id);
  return { challenges: rows, ...links, asOf: site.now().toISOString() };
}

async function findChallenges({ db }: Site, { q }: ChallengesQuery, slice: Slice): Promise<ChallengeRow[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`challenge.id`, slice);
  const isFound = q
    ? Prisma.sql`position(lower(${q}) IN lower(concat_ws(' ', challenge.slug, challenge.title))) > 0`
    : Prisma.sql`TRUE`;
  const rows = await db.$queryRaw<(Omit<ChallengeRow, 'createdAt'> & { createdAt: Date })[]>`
    SELECT challenge.id, challenge.slug, challenge.title, challenge."createdAt", challenge.visibility::text,
      ARRAY(
        SELECT person.name FROM "Organizer" organizer JOIN "User" person ON person.id = organizer."userId"
        WHERE organizer."challengeId" = challenge.id ORDER BY organizer.role, person.name LIMIT 20
      ) AS organizers,
      (SELECT count(*)::int FROM "Phase" phase WHERE phase."challengeId" = challenge.id) AS phases,
      (
        SELECT count(*)::int FROM "Registration" registration
        WHERE registration."challengeId" = challenge.id AND registration.state = 'APPROVED'
      ) AS teams,
      (
        SELECT count(*)::int FROM "Submission" submission JOIN "Phase" phase ON phase.id = submission."phaseId"
        WHERE phase."challengeId" = challenge.id
      ) AS submissions
    FROM "Challenge" challenge WHERE ${isInSlice} AND ${isFound} ${firstOfSlice}`;
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }));
}
