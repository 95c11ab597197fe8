import { z } from 'zod';
import { MAX_RERUNS } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { PLATFORM_ERROR_CODES } from '#lib/domain/evaluations/codes.ts';
import { endedWithPlatformError } from '#lib/domain/evaluations/state.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { isLatestAttempt } from '#lib/site/console/find-attempts.ts';
import { createOnce } from '#lib/site/create-once.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission } from './find-submission.ts';

/**
 * Creates a new attempt for a submission whose last one ended with a platform error. Organizers can do this
 * even after the phase has closed, because the submission was in time. It uses no additional quota.
 */
export async function rerunSubmission(
  site: Site,
  id: string,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const { challenge } = submission.phase;
  const organizer = authorize('submission.rerun', viewer, { challenge });
  const creation = {
    userId: organizer.userId,
    key,
    operation: 'submission.rerun',
    payload: { id },
    result: z.object({ evaluationId: z.uuid() }),
  };
  const queue = await site.queue();
  await createOnce(site, creation, async (tx) => {
    const evaluationId = await rerun(tx, queue, submission, organizer);
    if (evaluationId !== null) return { evaluationId };
    throw new DomainError(
      'CONFLICT',
      'This submission can’t be rerun: its last attempt didn’t fail because of a platform error, or a rerun is already queued.',
    );
  });
  site.consoleSummaries.forget(challenge.id);
}

/**
 * Reruns the submissions of a challenge whose last attempt ended with a platform error: at most MAX_RERUNS, the
 * oldest first, so that the request ends in time. Returns their number.
 */
export async function rerunPlatformFailures(
  site: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<number> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('submission.rerun', viewer, { challenge });
  const failures = await findPlatformFailures(site.db, challenge.id);
  const queue = await site.queue();
  let count = 0;
  // One after the other, to keep the original order.
  for (const submission of failures) {
    const evaluationId = await site.db.$transaction((tx) => rerun(tx, queue, submission, organizer));
    if (evaluationId !== null) count += 1;
  }
  site.consoleSummaries.forget(challenge.id);
  return count;
}

async function findPlatformFailures(db: Database, challengeId: string): Promise<Rerunnable[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT submission.id
    FROM "Phase" phase
    JOIN "Submission" submission ON submission."phaseId" = phase.id
    JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
    WHERE phase."challengeId" = ${challengeId}::uuid AND phase."testSetId" IS NOT NULL
      AND evaluation.state = 'FAILED'
      AND evaluation.code = ANY (${[...PLATFORM_ERROR_CODES]}::text[])
    ORDER BY submission.id LIMIT ${MAX_RERUNS}`;
  return db.submission.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    include: { team: true, phase: { include: { testSet: true } } },
    orderBy: { id: 'asc' },
  });
}

interface Rerunnable {
  id: string;
  team: { slug: string };
  phase: { slug: string; challengeId: string; testSet: { caseCount: number } | null };
}

/** Returns the new attempt’s ID, or null if the latest attempt didn’t end with a platform error. */
async function rerun(
  tx: Transaction,
  queue: EvaluationQueue,
  { id, team, phase }: Rerunnable,
  organizer: Viewer,
): Promise<string | null> {
  const { testSet } = phase;
  if (!testSet) return null;
  // Two clicks create one attempt.
  await lockUntilCommit(tx, `rerun ${id}`);
  const latest = await tx.evaluation.findFirst({
    where: { submissionId: id },
    orderBy: { createdAt: 'desc' },
  });
  if (!latest || !endedWithPlatformError(latest)) return null;
  const { caseCount } = testSet;
  const evaluation = await tx.evaluation.create({ data: { submissionId: id, caseCount } });
  await sendEvaluation(queue, tx, evaluation.id);
  await notifyEvaluationChanged(tx, latest.id);
  const detail = { submission: id, team: team.slug, phase: phase.slug, code: latest.code };
  await recordAudit(tx, organizer, 'submission.rerun', phase.challengeId, detail);
  return evaluation.id;
}
