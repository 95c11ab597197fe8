import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { endedWithPlatformError } from '#lib/domain/evaluations/state.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { requireOrganizer } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission } from './find-submission.ts';

/**
 * Creates a new attempt for a submission whose last one ended with a platform error. Organizers can do this
 * even after the phase has closed, because the submission was in time. It uses no additional quota.
 */
export async function rerunSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const organizer = requireOrganizer(submission.phase.challenge, viewer);
  if (await rerun(site, submission, organizer)) return;
  throw new DomainError(
    'CONFLICT',
    'This submission can’t be rerun: its last attempt didn’t fail because of a platform error, or a rerun is already queued.',
  );
}

/** Reruns every such submission of a challenge. Returns their number. */
export async function rerunPlatformFailures(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<number> {
  const challenge = await findChallenge(site, slug);
  const organizer = requireOrganizer(challenge, viewer);
  const platformFailures = await site.db.submission.findMany({
    where: { phase: { challengeId: challenge.id }, evaluations: { some: { state: 'FAILED' } } },
    include: { team: true, phase: { include: { testSet: true } } },
    // Keep the original order.
    orderBy: { createdAt: 'asc' },
  });
  let count = 0;
  for (const submission of platformFailures) if (await rerun(site, submission, organizer)) count += 1;
  return count;
}

interface Rerunnable {
  id: string;
  team: { slug: string };
  phase: { slug: string; challengeId: string; testSet: { caseCount: number } | null };
}

/** Returns false if the latest attempt didn't end with a platform error. */
async function rerun(site: Site, { id, team, phase }: Rerunnable, organizer: Viewer): Promise<boolean> {
  const { testSet } = phase;
  if (!testSet) return false;
  const queue = await site.queue();
  return site.db.$transaction(async (tx) => {
    // Serialized, so that two clicks create one attempt.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rerun ${id}`}, 0))`;
    const latest = await tx.evaluation.findFirst({
      where: { submissionId: id },
      orderBy: { createdAt: 'desc' },
    });
    if (!latest || !endedWithPlatformError(latest)) return false;
    const { caseCount } = testSet;
    const evaluation = await tx.evaluation.create({ data: { submissionId: id, caseCount } });
    await sendEvaluation(queue, tx, evaluation.id);
    await notifyEvaluationChanged(tx, latest.id);
    const detail = { submission: id, team: team.slug, phase: phase.slug, code: latest.code };
    await recordAudit(tx, organizer, 'submission.rerun', phase.challengeId, detail);
    return true;
  });
}
