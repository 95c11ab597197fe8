import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { canMove, EVALUATION_STATES } from '#lib/domain/evaluations/state.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { cancelJobs } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { requireViewer } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission } from './find-submission.ts';

const CANCELLABLE = EVALUATION_STATES.filter((state) => canMove(state, 'CANCELLED'));

/** Cancels a submission, for its team or an organizer. Its runner stops the containers within 2 s. */
export async function cancelSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const known = requireViewer(viewer);
  const { submission, evaluation, audience } = await findSubmission(site, id, known);
  if (audience === 'public') {
    throw new DomainError('FORBIDDEN', 'Only its team and the organizers can cancel a submission.');
  }
  const queue = await site.queue();
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.evaluation.updateMany({
      where: { id: evaluation.id, state: { in: CANCELLABLE } },
      data: { state: 'CANCELLED', finishedAt: site.now(), runningCases: 0 },
    });
    if (count === 0)
      throw new DomainError('CONFLICT', 'This evaluation has already ended, so it can’t be cancelled.');
    await cancelJobs(queue, tx, evaluation.id);
    await notifyEvaluationChanged(tx, evaluation.id);
    const detail = { submission: submission.id, team: submission.team.slug };
    await recordAudit(tx, known, 'submission.cancel', submission.phase.challengeId, detail);
  });
}
