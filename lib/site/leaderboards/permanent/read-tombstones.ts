import type { TombstoneView } from '#lib/api/rankings/tombstones.ts';
import { showsRanking } from '#lib/domain/disclosure/disclosure.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';

/** A page shows the latest ones. */
const MAX_TOMBSTONES = 200;

type TombstonePhase = Pick<Phase, 'id' | 'disclosure' | 'revealedAt'>;

/** The submissions of a phase that have a score which doesn't count any more, the latest first. Public. */
export async function readTombstones(
  db: Database | Transaction,
  { id: phaseId, disclosure, ...phase }: TombstonePhase,
  submissions?: readonly string[],
): Promise<TombstoneView[]> {
  if (!showsRanking({ disclosure, ...phase }, 'public')) return [];
  const rows = await db.tombstone.findMany({
    where: {
      undoneAt: null,
      // Of others, nobody but the team and the organizers knows that they have scores.
      submission: {
        phaseId,
        standing: { not: 'REHEARSAL' },
        evaluations: { some: { state: 'SCORED' } },
        ...(disclosure === 'LADDER' && { ladder: { isShown: true } }),
      },
      ...(submissions && { submissionId: { in: [...submissions] } }),
    },
    select: {
      submissionId: true,
      kind: true,
      reason: true,
      createdAt: true,
      submission: { select: { algorithm: true, team: { select: { slug: true, name: true } } } },
    },
    orderBy: { id: 'desc' },
    take: MAX_TOMBSTONES,
  });
  return rows.map(({ submissionId, kind, reason, createdAt, submission: { algorithm, team } }) => ({
    ...{ submissionId, teamSlug: team.slug, teamName: team.name, algorithm, kind, reason },
    at: startOfMinute(createdAt).toISOString(),
  }));
}
