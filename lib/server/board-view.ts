import type { BoardView, Viewer } from '#lib/domain/views.ts';
import { readBoard } from './board.ts';
import { findChallenge, findPhase } from './find-challenge.ts';
import type { Site } from './site.ts';

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
