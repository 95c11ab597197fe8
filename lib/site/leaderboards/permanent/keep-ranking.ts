import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { createRankingResponseSchema } from '#lib/api/rankings/permanent.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { consumeAttempts } from '#lib/site/accounts/limits/rate-limit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { composeCurrent, type RankedPlace, storeRanking } from './store-ranking.ts';

/** A phase by its slugs. */
export interface PhaseAddress {
  challenge: string;
  phase: string;
}

/** A ranking that is stored, with its link. */
export type KeptRanking = z.infer<typeof createRankingResponseSchema>['ranking'];

/**
 * A permanent link to the ranking of a phase as it is now. Anybody may ask for one: the same ranking has the same
 * link, so a phase has at most as many as it had rankings. Throws CONFLICT without a ranking, TOO_MANY_ATTEMPTS.
 *
 * @param address of the client, for the limit.
 */
export async function keepRanking(
  site: Site,
  { challenge: slug, phase: phaseSlug }: PhaseAddress,
  viewer: Viewer | null,
  address: string,
): Promise<KeptRanking> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('ranking.keep', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  await consumeAttempts(site, [{ rule: RATE_LIMITS.keepRankingByAddress, who: address }]);
  const { id, checksum } =
    (await readFinal(site, phase.id)) ?? (await storeCurrent(site, { challenge, phase }));
  return { id, checksum, url: rankingAddress(site, challenge.slug, id) };
}

interface Stored {
  id: string;
  checksum: string;
}

/** The final ranking of a phase, which has its link already. */
async function readFinal({ db }: Site, phaseId: string): Promise<Stored | null> {
  return db.permanentRanking.findFirst({
    where: { finalOf: { phaseId } },
    select: { id: true, checksum: true },
  });
}

async function storeCurrent(site: Site, place: RankedPlace): Promise<Stored> {
  const { ranking } = await composeCurrent(site, place);
  return storeRanking(site, place.phase.id, ranking);
}

/** The permanent link. */
export function rankingAddress({ environment }: Pick<Site, 'environment'>, slug: string, id: string): string {
  return `${environment.origin}/challenges/${slug}/leaderboard/${id}`;
}
