import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';
import { type TombstoneKind, tombstoneReasonSchema } from '#lib/domain/submissions/tombstone.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, ofSubmission } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { type FoundSubmission, findSubmission } from '#lib/site/submissions/find-submission.ts';
import { liftTombstone, placeTombstone } from '#lib/site/submissions/tombstones.ts';

/** What a team or organizers decide about a submission, whatever its score. */

const reasonSchema = z.object({ reason: tombstoneReasonSchema });
const COUNTS = { counts: true };
const COUNTS_NOT = { counts: false };

/**
 * Takes a submission out of the ranking for its team; its name and the public reason stay. Only organizers can undo
 * that. Throws INVALID, CONFLICT, FORBIDDEN.
 */
export async function withdrawSubmission(
  site: Site,
  id: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const found = await findSubmission(site, id, viewer);
  const known = authorize('submission.withdraw', viewer, ofSubmission(found.submission));
  await bury(site, found, 'WITHDRAWN', input, known);
}

/** The same for organizers, against the team's will. Throws INVALID, CONFLICT, FORBIDDEN. */
export async function excludeSubmission(
  site: Site,
  id: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const found = await findSubmission(site, id, viewer);
  const known = authorize('submission.exclude', viewer, ofSubmission(found.submission));
  await bury(site, found, 'EXCLUDED', input, known);
}

async function bury(
  site: Site,
  { submission, evaluation }: FoundSubmission,
  kind: TombstoneKind,
  input: unknown,
  known: Viewer,
): Promise<void> {
  const { reason } = parseInput(reasonSchema, input);
  if (!isFinal(evaluation.state)) {
    throw new DomainError('CONFLICT', 'This submission is still being evaluated. Cancel it instead.');
  }
  await site.db.$transaction(async (tx) => {
    await placeTombstone(tx, submission, { kind, reason, decidedById: known.userId });
    const action = kind === 'EXCLUDED' ? 'submission.exclude' : 'submission.withdraw';
    const detail = { ...nameOf(submission), reason };
    const change = { before: COUNTS, after: COUNTS_NOT };
    await recordAudit(tx, known, action, submission.phase.challengeId, detail, change);
  });
  site.shared.forget();
}

/** Undoes an exclusion or a withdrawal. Throws CONFLICT, FORBIDDEN. */
export async function includeSubmission(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const known = authorize('submission.exclude', viewer, ofSubmission(submission));
  await site.db.$transaction(async (tx) => {
    await liftTombstone(tx, submission, { undoneById: known.userId, now: site.now() });
    const change = { before: COUNTS_NOT, after: COUNTS };
    const { challengeId } = submission.phase;
    await recordAudit(tx, known, 'submission.include', challengeId, nameOf(submission), change);
  });
  site.shared.forget();
}

const returnSchema = z.object({
  reason: z.string().trim().min(1, 'Give a reason: the team sees it.').max(500),
});

/** From now on the submission uses no quota. Does nothing if that was decided before. Throws INVALID, FORBIDDEN. */
export async function returnQuota(
  site: Site,
  id: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const known = authorize('submission.returnQuota', viewer, ofSubmission(submission));
  const { reason } = parseInput(returnSchema, input);
  await site.db.$transaction(async (tx) => {
    const data = { submissionId: id, reason, returnedBy: known.name, createdAt: site.now() };
    const { count } = await tx.quotaReturn.createMany({ data, skipDuplicates: true });
    if (count === 0) return;
    const change = { before: { usesQuota: true }, after: { usesQuota: false } };
    const detail = { ...nameOf(submission), reason };
    await recordAudit(tx, known, 'submission.returnQuota', submission.phase.challengeId, detail, change);
  });
}

function nameOf({ id, team, phase }: FoundSubmission['submission']) {
  return { submission: id, team: team.slug, phase: phase.slug };
}

/** Why its quota was given back, for the team and the organizers. */
export async function readQuotaReturn(
  { db }: Pick<Site, 'db'>,
  submissionId: string,
): Promise<SubmissionView['quotaReturn']> {
  const row = await db.quotaReturn.findUnique({ where: { submissionId } });
  return row && { reason: row.reason, at: row.createdAt.toISOString() };
}
