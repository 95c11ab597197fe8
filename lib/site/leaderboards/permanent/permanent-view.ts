import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type PermanentRankingView, rankingIdSchema } from '#lib/api/rankings/permanent.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import { authorize } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { readTombstones } from './read-tombstones.ts';
import { parseRanking, textOf } from './stored-text.ts';

/** A ranking that is stored under a permanent link, and what happened to it since. Public. Throws NOT_FOUND. */
export async function permanentRankingView(
  site: Site,
  id: string,
  viewer: Viewer | null,
): Promise<PermanentRankingView> {
  const { row, text } = await readPermanent(site, id, viewer);
  const ranking = parseRanking(id, text);
  const known = new Set(ranking.tombstones.map(({ submissionId }) => submissionId));
  const submissions = ranking.entries.map(({ submissionId }) => submissionId);
  const tombstones = await readTombstones(site.db, row.phase, submissions);
  return {
    id,
    checksum: row.checksum,
    createdAt: startOfMinute(row.createdAt).toISOString(),
    ranking,
    finalSince: row.finalOf?.frozenAt?.toISOString() ?? null,
    tombstonesSince: tombstones.filter(({ submissionId }) => !known.has(submissionId)),
  };
}

/** The stored JSON, byte for byte what the checksum is of. Public. Throws NOT_FOUND. */
export async function permanentRankingText(site: Site, id: string, viewer: Viewer | null): Promise<string> {
  return (await readPermanent(site, id, viewer)).text;
}

async function readPermanent(site: Site, id: string, viewer: Viewer | null) {
  const missing = new DomainError('NOT_FOUND', 'There is no ranking under this link. Check the address.');
  if (!rankingIdSchema.safeParse(id).success) throw missing;
  const row = await site.db.permanentRanking.findUnique({
    where: { id },
    include: {
      finalOf: { select: { frozenAt: true } },
      phase: {
        select: { id: true, disclosure: true, revealedAt: true, challenge: { select: { slug: true } } },
      },
    },
  });
  if (!row) throw missing;
  const challenge = await readSharedChallenge(site, row.phase.challenge.slug, viewer);
  authorize('leaderboard.read', viewer, { challenge });
  return { row, text: await textOf(row) };
}
