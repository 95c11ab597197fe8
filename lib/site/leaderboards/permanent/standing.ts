import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { RankingStanding } from '#lib/api/rankings/standing.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findPhase, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import type { PhaseAddress } from './keep-ranking.ts';
import { readTombstones } from './read-tombstones.ts';

/** What stands beside the entries of a leaderboard. Public. */
export async function rankingStanding(
  site: Site,
  { challenge: slug, phase: phaseSlug }: PhaseAddress,
  viewer: Viewer | null,
): Promise<RankingStanding> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('leaderboard.read', viewer, { challenge });
  return readStanding(site, findPhase(challenge, phaseSlug));
}

/** The same of a phase, which everybody may see. */
export async function readStanding(site: Site, phase: PhaseWithTestSet): Promise<RankingStanding> {
  const [tombstones, final] = await Promise.all([
    site.shared.read(`tombstones ${phase.id}`, () => readTombstones(site.db, phase)),
    site.shared.read(`final ranking ${phase.id}`, () => readFinalSince(site, phase.id)),
  ]);
  return { tombstones, final };
}

async function readFinalSince({ db }: Site, phaseId: string): Promise<RankingStanding['final']> {
  const row = await db.rankingSnapshot.findFirst({
    where: { phaseId, finalId: { not: null } },
    select: { finalId: true, frozenAt: true },
  });
  return row && { id: row.finalId!, since: row.frozenAt!.toISOString() };
}
