import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import type { Database } from '#lib/platform/database.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { LARGE_CHALLENGE, MAIN_PHASE } from '#test/bench/large-database/challenges.ts';
import type { Places } from './rows.ts';

const POLL_MS = 250;
const FIRST_RANKING_MS = 120_000;

/** Waits for the first ranking of the large phase. */
export async function awaitLeaderboard(url: string): Promise<LeaderboardView> {
  const site = new SiteClient(url);
  const deadline = performance.now() + FIRST_RANKING_MS;
  while (performance.now() < deadline) {
    const leaderboard = await site.leaderboard(LARGE_CHALLENGE, MAIN_PHASE);
    if (leaderboard && leaderboard.entries.length > 0) return leaderboard;
    await sleep(POLL_MS);
  }
  throw new Error(`The leaderboard is empty after ${FIRST_RANKING_MS / 1000} s. Read the log of the site.`);
}

/** Members of different teams who read public pages at once. */
const MEMBERS = 10;

/** The first member is the owner of the shown team with the most submissions, whose pages are the largest. */
export async function findPlaces(
  db: Database,
  { entries, page }: LeaderboardView,
): Promise<{ places: Places; members: string[] }> {
  const teams = entries.toSorted((a, b) => b.submissionCount - a.submissionCount).slice(0, MEMBERS);
  const [own] = teams;
  const members = [];
  for (const { teamSlug } of teams) {
    const { user } = await db.membership.findFirstOrThrow({
      where: { team: { slug: teamSlug }, role: 'OWNER' },
      include: { user: true },
    });
    members.push(user.email!);
  }
  const places = {
    secondPage: page.next!,
    publicSubmission: entries[0]!.submissionId,
    ownSubmission: own!.submissionId,
    ownTeam: own!.teamSlug,
  };
  return { places, members };
}
