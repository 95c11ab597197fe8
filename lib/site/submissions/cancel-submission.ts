import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { canMove, EVALUATION_STATES, type EvaluationState } from '#lib/domain/evaluations/state.ts';
import { findSilence, SILENCE_CODE } from '#lib/domain/runners/silence.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { cancelJobs } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, ofSubmission } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission } from './find-submission.ts';

const CANCELLABLE = EVALUATION_STATES.filter((state) => canMove(state, 'CANCELLED'));

/**
 * Cancels a submission, for its team or an organizer. Its runner stops the containers within 2 s. If its runner
 * has stopped answering, that is recorded as the platform error it is, so that the submission uses no quota.
 */
export async function cancelSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission, evaluation } = await findSubmission(site, id, viewer);
  const known = authorize('submission.cancel', viewer, ofSubmission(submission));
  await site.db.$transaction(async (tx) => {
    const state = await cancelEvaluation(site, tx, evaluation);
    if (state === null) {
      throw new DomainError('CONFLICT', 'This evaluation has already ended, so it can’t be cancelled.');
    }
    const detail = { submission: submission.id, team: submission.team.slug };
    const change = { before: { state }, after: { state: 'CANCELLED' } };
    await recordAudit(tx, known, 'submission.cancel', submission.phase.challengeId, detail, change);
  });
}

/**
 * Cancels an attempt and returns the state it was in; null if it has ended. The caller has checked who asks for it, and
 * records it.
 */
export async function cancelEvaluation(
  site: Pick<Site, 'queue' | 'now'>,
  tx: Transaction,
  { id }: { id: string },
): Promise<EvaluationState | null> {
  const queue = await site.queue();
  // Locked, so that no runner hands it back or takes over between the look at its lease and the update.
  await tx.$executeRaw`SELECT 1 FROM "Evaluation" WHERE id = ${id}::uuid FOR UPDATE`;
  const where = { id, state: { in: CANCELLABLE } };
  const include = { runner: { select: { lastSeenAt: true } } };
  const current = await tx.evaluation.findFirst({ where, include });
  if (!current) return null;
  const silent = findSilence(current, site.now()) ? { platformCode: SILENCE_CODE } : {};
  const ended = { state: 'CANCELLED', finishedAt: site.now(), runningCases: 0 } as const;
  await tx.evaluation.update({ where: { id }, data: { ...ended, ...silent } });
  await cancelJobs(queue, tx, id);
  await notifyEvaluationChanged(tx, id);
  return current.state;
}

/** The attempts of a team that can be cancelled. */
export function findActiveEvaluations(tx: Transaction, teamId: string): Promise<{ id: string }[]> {
  return tx.evaluation.findMany({
    where: { state: { in: CANCELLABLE }, submission: { teamId } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
}
