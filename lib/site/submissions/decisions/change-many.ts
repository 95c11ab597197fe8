import { z } from 'zod';
import { MANY_ACTIONS, MAX_RERUNS, type ManyPlan } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { canMove, type EvaluationState, endedWithPlatformError } from '#lib/domain/evaluations/state.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { isLatestAttempt } from '#lib/site/console/find-attempts.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';

const manySchema = z.object({
  action: z.enum(MANY_ACTIONS),
  submissions: z
    .array(z.uuid())
    .min(1, 'Select submissions in the table first.')
    .max(MAX_RERUNS, `Select at most ${MAX_RERUNS} submissions.`),
});

interface Attempt {
  id: string;
  teamId: string;
  state: EvaluationState;
  code: string | null;
}

/** What an action would do to the selected submissions, so that it can be asked about. Throws INVALID, FORBIDDEN. */
export async function planMany(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<ManyPlan> {
  const challenge = await findChallenge(site, slug, viewer);
  authorize('submission.changeMany', viewer, { challenge });
  const { action, submissions: ids } = parseInput(manySchema, input);
  const attempts = await site.db.$queryRaw<Attempt[]>`
    SELECT submission.id, submission."teamId", evaluation.state::text AS state, evaluation.code
    FROM "Submission" submission
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND ${isLatestAttempt}
    WHERE submission.id = ANY (${ids}::uuid[]) AND phase."challengeId" = ${challenge.id}::uuid
    ORDER BY submission.id`;
  const possible = attempts.filter((attempt) =>
    action === 'cancel' ? canMove(attempt.state, 'CANCELLED') : endedWithPlatformError(attempt),
  );
  return {
    action,
    submissions: possible.map(({ id }) => id),
    teams: new Set(possible.map(({ teamId }) => teamId)).size,
    impossible: new Set(ids).size - possible.length,
  };
}

/**
 * Cancels or reruns the selected submissions, the oldest first; those that can't be are left alone. Each is in the
 * audit trail. Returns how many it did. Throws INVALID, FORBIDDEN.
 */
export async function changeMany(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<number> {
  const { action, submissions } = await planMany(site, slug, input, viewer);
  const change = action === 'cancel' ? cancelSubmission : rerunSubmission;
  let changed = 0;
  for (const id of submissions) {
    try {
      await change(site, id, viewer);
      changed += 1;
    } catch (error) {
      // It ended or was rerun in the meantime.
      if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error;
    }
  }
  return changed;
}
