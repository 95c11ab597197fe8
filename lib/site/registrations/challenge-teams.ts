import type {
  ChallengeTeam,
  ChallengeTeamsQuery,
  ChallengeTeamsView,
} from '#lib/api/pages/challenge-teams.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import type { Database } from '#lib/platform/database.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readLeaders } from '#lib/site/challenges/challenge-view.ts';
import { findPhase, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** One page of the teams that take part in a challenge. Public: not who asks to, nor members who aren't shown. */
export async function challengeTeamsView(
  site: Site,
  slug: string,
  query: ChallengeTeamsQuery,
  viewer: Viewer | null,
): Promise<ChallengeTeamsView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('challenge.read', viewer, { challenge });
  const read = (slice: Slice) => findTeams(site.db, challenge.id, query.q, slice);
  const [{ rows, ...links }, counts, leaders] = await Promise.all([
    readPageWithPrevious(query, read, ({ id }) => id),
    countTeams(site.db, challenge.id, query.q),
    readLeaders(site, challenge),
  ]);
  const phase = leaders && findPhase(challenge, leaders.phaseSlug);
  const entries = phase ? (await readLeaderboard(site, phase)).entries : [];
  const rankOf = new Map(entries.map(({ teamSlug, rankRange }) => [teamSlug, rankRange]));
  return {
    teams: rows.map(({ id: _id, since, ...team }) => ({
      ...team,
      since: startOfMinute(since).toISOString(),
      rankRange: rankOf.get(team.slug) ?? null,
    })),
    ...counts,
    ranked: phase && { slug: phase.slug, title: phase.title, entries: entries.length },
    ...links,
  };
}

function conditions(challengeId: string, q: string | undefined): Prisma.Sql {
  const admitted = Prisma.sql`registration."challengeId" = ${challengeId}::uuid AND registration.state = 'APPROVED'`;
  return q ? Prisma.sql`${admitted} AND position(lower(${q}) IN lower(team.name)) > 0` : admitted;
}

interface Row extends Omit<ChallengeTeam, 'since' | 'rankRange'> {
  id: string;
  since: Date;
}

function findTeams(db: Database, challengeId: string, q: string | undefined, slice: Slice): Promise<Row[]> {
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`registration.id`, slice);
  return db.$queryRaw<Row[]>`
    SELECT registration.id, coalesce(registration."decidedAt", registration."createdAt") AS since,
      team.slug, team.name, team."dissolvedAt" IS NOT NULL AS "isGone",
      (SELECT count(*)::int FROM "Membership" membership WHERE membership."teamId" = team.id) AS "memberCount",
      ARRAY(
        SELECT DISTINCT person.affiliation
        FROM "Membership" membership JOIN "User" person ON person.id = membership."userId"
        WHERE membership."teamId" = team.id AND membership."isShown" AND person.affiliation <> ''
        ORDER BY person.affiliation
      ) AS affiliations
    FROM "Registration" registration JOIN "Team" team ON team.id = registration."teamId"
    WHERE ${conditions(challengeId, q)} AND ${isInSlice}
    ${firstOfSlice}`;
}

async function countTeams(
  db: Database,
  challengeId: string,
  q: string | undefined,
): Promise<{ total: number; matching: number }> {
  const count = async (searched: string | undefined) => {
    const [row] = await db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int FROM "Registration" registration JOIN "Team" team ON team.id = registration."teamId"
      WHERE ${conditions(challengeId, searched)}`;
    return row!.count;
  };
  const [total, matching] = await Promise.all([count(undefined), q ? count(q) : null]);
  return { total, matching: matching ?? total };
}
