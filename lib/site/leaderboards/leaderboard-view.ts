import type { LeaderboardView } from '#lib/api/leaderboards.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { readLeaderboard } from './leaderboard.ts';

/** The leaderboard of a phase. Public. */
export async function leaderboardView(
  site: Site,
  slug: string,
  phaseSlug: string,
  _viewer: Viewer | null,
): Promise<LeaderboardView> {
  const challenge = await findChallenge(site, slug);
  const leaderboard = await readLeaderboard(site, findPhase(challenge, phaseSlug));
  return {
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    ...leaderboard,
    asOf: site.now().toISOString(),
  };
}
