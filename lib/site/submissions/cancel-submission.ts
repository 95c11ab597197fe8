import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { canMove, EVALUATION_STATES } from '#lib/domain/evaluations/state.ts';
import { findSilence, SILENCE_CODE } from '#lib/domain/runners/silence.ts';
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
  const queue = await site.queue();
  await site.db.$transaction(async (tx) => {
    // Locked, so that no runner hands it back or takes over between the look at its lease and the update.
    await tx.$executeRaw`SELECT 1 FROM "Evaluation" WHERE id = ${evaluation.id}::uuid FOR UPDATE`;
    const where = { id: evaluation.id, state: { in: CANCELLABLE } };
    const include = { runner: { select: { lastSeenAt: true } } };
    const current = await tx.evaluation.findFirst({ where, include });
    if (!current)
      throw new DomainError('CONFLICT', 'This evaluation has already ended, so it can’t be cancelled.');
    const silent = findSilence(current, site.now()) ? { platformCode: SILENCE_CODE } : {};
    const ended = { state: 'CANCELLED', finishedAt: site.now(), runningCases: 0 } as const;
    await tx.evaluation.update({ where: { id: current.id }, data: { ...ended, ...silent } });
    await cancelJobs(queue, tx, evaluation.id);
    await notifyEvaluationChanged(tx, evaluation.id);
    const detail = { submission: submission.id, team: submission.team.slug };
    await recordAudit(tx, known, 'submission.cancel', submission.phase.challengeId, detail);
  });
}
