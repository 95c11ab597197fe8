import type { TombstoneView } from '#lib/api/rankings/tombstones.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';

/** A page shows the latest ones. */
const MAX_TOMBSTONES = 200;

/** The submissions of a phase that have a score which doesn't count any more, the latest first. Public. */
export async function readTombstones(
  db: Database | Transaction,
  phaseId: string,
  submissions?: readonly string[],
): Promise<TombstoneView[]> {
  const rows = await db.tombstone.findMany({
    where: {
      undoneAt: null,
      // Without a score, nobody but the team knows of it.
      submission: { phaseId, evaluations: { some: { state: 'SCORED' } } },
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
