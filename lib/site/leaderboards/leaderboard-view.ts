import type {
  LeaderboardEntry,
  LeaderboardQuery,
  LeaderboardView,
} from '#lib/api/leaderboards/leaderboards.ts';
import { parseSort, sortEntries } from '#lib/api/leaderboards/sort.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { parsePins } from '#lib/api/pages/leaderboard-pins.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { findPhase, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { axisOf, type PhaseLeaderboard, readLeaderboard } from './leaderboard.ts';
import { pageOf } from './leaderboard-page.ts';
import { readStratumLeaderboard } from './strata/stratum-leaderboard.ts';

/** One page of the leaderboard of a phase. Public; of a sealed phase for its organizers. */
export async function leaderboardView(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  query: LeaderboardQuery,
): Promise<LeaderboardView> {
  const { challenge, leaderboard } = await readNamed(site, slug, phaseSlug, viewer, query.stratum);
  return toView(site, challenge, leaderboard, query);
}

/** The whole leaderboard of a phase, or on the cases of a stratum. Public. */
export async function wholeLeaderboard(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  stratum?: string,
): Promise<LeaderboardView> {
  return leaderboardView(site, slug, phaseSlug, viewer, { limit: Number.POSITIVE_INFINITY, stratum });
}

/** One page of the leaderboard with the pinned teams, of which those on other pages are added. Public. */
export async function leaderboardPageView(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  { pin, ...query }: LeaderboardQuery & { pin: string | undefined },
): Promise<LeaderboardPageView> {
  const { challenge, phase, leaderboard } = await readNamed(site, slug, phaseSlug, viewer, query.stratum);
  const entryOf = new Map(leaderboard.entries.map((entry) => [entry.teamSlug, entry]));
  const pins = parsePins(pin, [...entryOf.keys()]);
  const view = toView(site, challenge, leaderboard, query);
  const shown = new Set(view.entries.map(({ teamSlug }) => teamSlug));
  const pinned = pins.flatMap((team): LeaderboardEntry[] => (shown.has(team) ? [] : [entryOf.get(team)!]));
  const metricSets = phase.metricSets.flatMap(({ name, metrics }) => {
    const shown = metrics.filter((key) => leaderboard.metrics.some(({ metric }) => metric === key));
    return shown.length > 0 ? [{ name, metrics: shown }] : [];
  });
  const axes =
    metricSets.length > 0 ? leaderboard.metrics.map(({ range }, m) => axisOf(leaderboard, m, range)) : [];
  return { ...view, pins, pinned, metricSets, axes };
}

async function readNamed(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  stratum: string | undefined,
) {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('leaderboard.read', viewer, { challenge });
  const audience = may('console.read', viewer, { challenge }) ? 'organizer' : 'public';
  const phase = findPhase(challenge, phaseSlug);
  const whole = await readLeaderboard(site, phase, audience);
  const leaderboard =
    stratum === undefined ? whole : await readStratumLeaderboard(site, phase, whole, stratum);
  return { challenge, phase, leaderboard };
}

function toView(
  site: Site,
  challenge: { slug: string; title: string; synthetic: boolean },
  leaderboard: PhaseLeaderboard,
  query: LeaderboardQuery,
): LeaderboardView {
  const sorted = sortEntries(leaderboard, parseSort(leaderboard, query.sort), query.method);
  return {
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    ...leaderboard,
    ...pageOf(sorted, query),
    asOf: site.now().toISOString(),
  };
}
