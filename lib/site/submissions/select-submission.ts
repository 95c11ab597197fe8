import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { SelectionView } from '#lib/api/submissions.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import { withException } from '#lib/domain/phases/exceptions.ts';
import { selectionRefusal } from '#lib/domain/phases/selection.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { notifyScoresChanged } from '#lib/platform/notifications.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, ofSubmission } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission, type Submission } from './find-submission.ts';
import { readExceptions } from './read-quota.ts';

/**
 * Makes a submission the one of its team that counts in a phase where teams select it, instead of the one that was
 * selected before. Throws CONFLICT where it can't, NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN.
 */
export async function selectSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission, evaluation } = await findSubmission(site, id, viewer);
  const known = authorize('submission.select', viewer, ofSubmission(submission));
  const { phase, phaseId, teamId, team } = submission;
  await site.db.$transaction(async (tx) => {
    await lockUntilCommit(tx, `selection of ${teamId} in ${phaseId}`);
    const now = site.now();
    const refusal = await findRefusal(tx, submission, evaluation.state, now);
    if (refusal !== null) throw new DomainError('CONFLICT', `${refusal} Nothing was changed.`);
    const before = await findSelected(tx, submission);
    if (before === id) return;
    await tx.submission.updateMany({ where: { phaseId, teamId }, data: { selectedAt: null } });
    await tx.submission.update({ where: { id }, data: { selectedAt: now } });
    await notifyScoresChanged(tx, phaseId);
    const detail = { team: team.slug, phase: phase.slug };
    const change = { before: { submission: before ?? 'none' }, after: { submission: id } };
    await recordAudit(tx, known, 'submission.select', phase.challengeId, detail, change);
  });
}

async function findRefusal(
  db: Transaction,
  { phase, teamId, standing }: Pick<Submission, 'phase' | 'teamId' | 'standing'>,
  state: EvaluationState,
  now: Date,
): Promise<string | null> {
  const [exception = null] = await readExceptions(db, [phase], [teamId]);
  return selectionRefusal({ phase: withException(phase, exception), standing, state }, now);
}

/** Whether a submission is selected, and may be; null in a phase where teams don't select. */
export async function readSelection(
  { db, now }: Pick<Site, 'db' | 'now'>,
  submission: Submission,
  state: EvaluationState,
): Promise<SelectionView | null> {
  if (submission.phase.counting !== 'SELECTED') return null;
  const isSelected = (await findSelected(db, submission)) === submission.id;
  return { isSelected, refusal: await findRefusal(db, submission, state, now()) };
}

/** The ID of the submission that a team has selected in a phase; null if it has selected none. */
export async function findSelected(
  db: Transaction,
  { phaseId, teamId }: Pick<Submission, 'phaseId' | 'teamId'>,
): Promise<string | null> {
  const found = await db.submission.findFirst({
    where: { phaseId, teamId, selectedAt: { not: null } },
    orderBy: { selectedAt: 'desc' },
    select: { id: true },
  });
  return found?.id ?? null;
}
