import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { baselineNameSchema } from '#lib/domain/submissions/baseline-name.ts';
import type { Database, Transaction } from '#lib/platform/database.ts';
import { notifyScoresChanged } from '#lib/platform/notifications.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize, ofSubmission } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { findSubmission, type Submission } from '#lib/site/submissions/find-submission.ts';

/**
 * Baselines: algorithms of the organizers that a leaderboard shows by name and without a rank. What isn't RANKED counts
 * nowhere, so a baseline changes no rank, gate, selection or quota.
 */

const nameSchema = z.object({ name: baselineNameSchema });

/**
 * Makes a submission of an organizer's team a baseline, whatever its state. Throws INVALID, CONFLICT, FORBIDDEN: a
 * submission of others is never one, because that would take it out of the ranking.
 */
export async function nameBaseline(
  site: Site,
  id: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const known = authorize('submission.nameBaseline', viewer, ofSubmission(submission));
  const { name } = parseInput(nameSchema, input);
  if (submission.standing === 'REHEARSAL') {
    throw new DomainError(
      'CONFLICT',
      'The phase hasn’t opened yet. To have its rehearsal as baselines then, change “Keep the rehearsal as baselines” in its settings.',
    );
  }
  await site.db.$transaction(async (tx) => {
    await requireChangeable(tx, submission.phaseId);
    if (!(await isOfOrganizers(tx, submission))) {
      throw new DomainError(
        'CONFLICT',
        'No member of this team is an organizer of the challenge, so its submissions can’t be baselines. Submit the algorithm with a team of your own.',
      );
    }
    await requireNewName(tx, submission.phaseId, name);
    await makeBaseline(tx, submission, { name, namedBy: known.name });
    const change = { before: { standing: submission.standing }, after: { standing: 'BASELINE', name } };
    const { challengeId } = submission.phase;
    await recordAudit(tx, known, 'submission.nameBaseline', challengeId, detailOf(submission), change);
  });
  site.shared.forget();
}

/** The submission counts again as it did before it was a baseline. Throws CONFLICT, FORBIDDEN. */
export async function dropBaseline(site: Site, id: string, viewer: Viewer | null): Promise<void> {
  const { submission } = await findSubmission(site, id, viewer);
  const known = authorize('submission.nameBaseline', viewer, ofSubmission(submission));
  await site.db.$transaction(async (tx) => {
    await requireChangeable(tx, submission.phaseId);
    const row = await tx.baseline.findUnique({ where: { submissionId: id } });
    const { count } = await tx.baseline.deleteMany({ where: { submissionId: id } });
    if (!row || count === 0) {
      throw new DomainError('CONFLICT', 'This submission isn’t a baseline. Reload the page to see it.');
    }
    const { formerStanding: standing, name } = row;
    if (standing === 'REHEARSAL') {
      throw new DomainError(
        'CONFLICT',
        'This baseline was submitted before the phase opened, so it can’t count as a submission of a team. Exclude it to take it off the leaderboard.',
      );
    }
    await tx.submission.update({ where: { id }, data: { standing }, select: { id: true } });
    const change = { before: { standing: 'BASELINE', name }, after: { standing } };
    const { challengeId } = submission.phase;
    await recordAudit(tx, known, 'submission.dropBaseline', challengeId, detailOf(submission), change);
  });
  site.shared.forget();
}

/** Throws CONFLICT if it is one already. */
export async function makeBaseline(
  tx: Transaction,
  { id: submissionId, standing }: Pick<Submission, 'id' | 'standing'>,
  { name, namedBy }: { name: string; namedBy: string },
): Promise<void> {
  const data = { submissionId, name, namedBy, formerStanding: standing };
  // Of two at once, the key refuses the second.
  const { count } = await tx.baseline.createMany({ data, skipDuplicates: true });
  if (count === 0) {
    throw new DomainError('CONFLICT', 'This submission is a baseline already. Reload the page to see it.');
  }
  await tx.submission.updateMany({ where: { id: submissionId }, data: { standing: 'BASELINE' } });
}

/** The ranking is computed again, unless it is final. Locks the phase, so that it isn't frozen meanwhile. */
async function requireChangeable(tx: Transaction, phaseId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "Phase" WHERE id = ${phaseId}::uuid FOR UPDATE`;
  await notifyScoresChanged(tx, phaseId);
  const frozen = await tx.rankingSnapshot.count({ where: { phaseId, frozenAt: { not: null } } });
  if (frozen === 0) return;
  throw new DomainError(
    'CONFLICT',
    'The ranking of this phase is final, so its baselines can’t change. Undo that first, under Organize → Results.',
  );
}

/** Whether a member of its team organizes the challenge. */
export async function isOfOrganizers(
  db: Database | Transaction,
  { teamId, phase: { challengeId } }: Pick<Submission, 'teamId' | 'phase'>,
): Promise<boolean> {
  const user = { organizes: { some: { challengeId } } };
  return (await db.membership.count({ where: { teamId, user } })) > 0;
}

async function requireNewName(tx: Transaction, phaseId: string, name: string): Promise<void> {
  const taken = await tx.baseline.count({
    where: { submission: { phaseId }, name: { equals: name, mode: 'insensitive' } },
  });
  if (taken === 0) return;
  const problem = 'Another baseline of this phase has this name.';
  throw new DomainError('INVALID', problem, { name: problem });
}

function detailOf({ id, team, phase }: Submission) {
  return { submission: id, team: team.slug, phase: phase.slug };
}
