import type { BoardView, Viewer } from '#lib/api/views.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { readBoard } from './leaderboard.ts';

/** The leaderboard of a phase: open to everybody. */
export async function boardView(
  site: Site,
  slug: string,
  phaseSlug: string,
  _viewer: Viewer | null,
): Promise<BoardView> {
  const challenge = await findChallenge(site, slug);
  const board = await readBoard(site, findPhase(challenge, phaseSlug));
  return {
    challengeSlug: challenge.slug,
    challengeTitle: challenge.title,
    synthetic: challenge.synthetic,
    ...board,
    asOf: site.now().toISOString(),
  };
}
