import type { SharedSubmissionView } from '#lib/api/submissions.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import type { TombstoneKind } from '#lib/domain/submissions/tombstone.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { notifyScoresChanged } from '#lib/platform/notifications.ts';

/** A submission and the phase that it belongs to. */
interface Submitted {
  id: string;
  phaseId: string;
}

/**
 * From now on a submission's scores don't count, and the ranking of its phase is computed again. The caller has
 * authorized it. Throws CONFLICT if they don't count already.
 *
 * @param reason as tombstoneReasonSchema returns it; everybody reads it.
 */
export async function placeTombstone(
  tx: Transaction,
  submission: Submitted,
  { kind, reason, decidedById }: { kind: TombstoneKind; reason: string; decidedById: string },
): Promise<void> {
  // Of two at once, the index refuses the second.
  const data = { submissionId: submission.id, kind, reason, decidedById };
  const { count } = await tx.tombstone.createMany({ data, skipDuplicates: true });
  if (count === 0) {
    throw new DomainError(
      'CONFLICT',
      'This submission has been withdrawn or excluded already. Reload the page to see it.',
    );
  }
  await notifyScoresChanged(tx, submission.phaseId);
}

/** Why a submission's scores don't count; null if they do. Public. */
export async function readTombstone(
  db: Database,
  submissionId: string,
): Promise<SharedSubmissionView['tombstone']> {
  const row = await db.tombstone.findFirst({ where: { submissionId, undoneAt: null } });
  if (!row) return null;
  return { kind: row.kind, reason: row.reason, at: startOfMinute(row.createdAt).toISOString() };
}

/** The submission's scores count again. The caller has authorized it. Throws CONFLICT if they do already. */
export async function liftTombstone(
  tx: Transaction,
  submission: Submitted,
  { undoneById, now }: { undoneById: string; now: Date },
): Promise<void> {
  const { count } = await tx.tombstone.updateMany({
    where: { submissionId: submission.id, undoneAt: null },
    data: { undoneById, undoneAt: now },
  });
  if (count === 0) {
    throw new DomainError(
      'CONFLICT',
      'This submission is neither withdrawn nor excluded. Reload the page to see it.',
    );
  }
  await notifyScoresChanged(tx, submission.phaseId);
}
