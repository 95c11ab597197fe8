import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { endedByPlatform } from '#lib/domain/evaluations/state.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { findChallenge, requireOrganizer } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission } from './find-submission.ts';

/**
 * A new attempt for a submission whose last one ended by a fault of ours: by an organizer, also when the phase has
 * closed, because it was sent in time. It costs no quota that the first attempt had not.
 */
export async function rerunSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const organizer = requireOrganizer(submission.phase.challenge, viewer);
  if (await rerun(site, submission, organizer)) return;
  throw new DomainError(
    'CONFLICT',
    'Only what ended by a fault of ours is run again, and this has not, or runs again already.',
  );
}

/** The same for every such submission of a challenge; gives how many they were. */
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
    // Whoever was first is first again.
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

/** false where its latest attempt is not one of those. */
async function rerun(site: Site, { id, team, phase }: Rerunnable, organizer: Viewer): Promise<boolean> {
  const { testSet } = phase;
  if (!testSet) return false;
  const queue = await site.queue();
  return site.db.$transaction(async (tx) => {
    // Two clicks at the same moment come to one attempt.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`rerun ${id}`}, 0))`;
    const latest = await tx.evaluation.findFirst({
      where: { submissionId: id },
      orderBy: { createdAt: 'desc' },
    });
    if (!latest || !endedByPlatform(latest)) return false;
    const { caseCount } = testSet;
    const evaluation = await tx.evaluation.create({ data: { submissionId: id, caseCount } });
    await sendEvaluation(queue, tx, evaluation.id);
    await notifyEvaluationChanged(tx, latest.id);
    const detail = { submission: id, team: team.slug, phase: phase.slug, code: latest.code };
    await recordAudit(tx, organizer, 'submission.rerun', phase.challengeId, detail);
    return true;
  });
}
