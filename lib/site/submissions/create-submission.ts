import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { createSubmissionRequestSchema } from '#lib/api/submissions.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { UploadTimes } from '#lib/domain/phases/grace.ts';
import { type Remarks, remarkProblems } from '#lib/domain/submissions/remarks.ts';
import { mebibytes } from '#lib/domain/units.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForTeam, may } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { requireParticipation } from '#lib/site/teams/participation.ts';
import { requireActiveTeam } from '#lib/site/teams/team-lock.ts';
import { admitSubmission, requireQuota, requireRoomInPhase } from './may-submit.ts';
import { noteUsedQuota } from './note-used-quota.ts';

const idResult = z.object({ id: z.uuid() });

/**
 * Creates the submission, its evaluation and its job in one transaction, so that all exist or none does. `key`
 * is the request’s idempotency key. A repetition is answered before the phase and the quota are checked.
 */
export async function createSubmission(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<{ id: string }> {
  const request = parseInput(createSubmissionRequestSchema, input);
  const { viewer: known, team } = authorizeForTeam('submission.create', viewer, request.team);
  const challenge = await findChallenge(site, request.challenge, viewer);
  const phase = findPhase(challenge, request.phase);
  const queue = await site.queue();
  const { userId } = known;
  const creation = { userId, key, operation: 'submission.create', payload: request, result: idResult };
  return createOnce(site, creation, async (tx) => {
    const now = site.now();
    await requireActiveTeam(tx, team.id);
    const archives = await requireArchives(tx, phase, team.id, request);
    const mayRehearse = may('phase.rehearse', viewer, { challenge });
    const standing = await admitSubmission({ db: tx, now, mayRehearse }, phase, team.id, archives);
    const takesPart = standing !== 'REHEARSAL';
    if (takesPart) await requireParticipation(tx, { challengeId: challenge.id, userId, teamId: team.id });
    requireRemarks(phase, request);
    const caseCount = requireTestSet(phase).caseCount;
    await requireScorer(tx, phase);
    // Submissions of a team wait for each other, so that two can’t both use the last of the quota.
    await lockUntilCommit(tx, `submissions of ${team.id} to ${phase.id}`);
    if (takesPart) {
      await requireQuota(tx, phase, team.id, now);
      await requireRoomInPhase(tx, phase);
    }
    const { challenge: _c, phase: _p, team: _t, ...sent } = request;
    const data = { ...sent, phaseId: phase.id, teamId: team.id, userId, standing, createdAt: now };
    const { id } = await tx.submission.create({ data });
    const evaluation = await tx.evaluation.create({ data: { submissionId: id, caseCount } });
    await sendEvaluation(queue, tx, evaluation.id);
    await noteUsedQuota(tx, phase, team.id, now);
    const place = { submission: id, team: team.slug, phase: phase.slug };
    const detail = standing === 'RANKED' ? place : { ...place, standing };
    await recordAudit(tx, known, 'submission.create', challenge.id, detail);
    return { id };
  });
}

/** Throws INVALID with the fields that the phase asks for, or doesn't take. */
function requireRemarks(phase: Phase, remarks: Remarks): void {
  const fields = remarkProblems(phase, remarks);
  const [first] = Object.values(fields);
  if (first !== undefined) throw new DomainError('INVALID', `${first} Nothing was submitted.`, fields);
}

function requireTestSet({ testSet }: PhaseWithTestSet): { caseCount: number } {
  if (testSet) return testSet;
  throw new DomainError(
    'PHASE_NOT_OPEN',
    'This phase has no test set yet. The organizers must import it first. Nothing was submitted.',
  );
}

async function requireScorer(tx: Transaction, { id: phaseId, task }: Phase): Promise<void> {
  if (task.scoring.kind !== 'container' || (await tx.scorer.count({ where: { phaseId } })) > 0) return;
  throw new DomainError(
    'PHASE_NOT_OPEN',
    'This phase has no scorer yet. The organizers must import it first. Nothing was submitted.',
  );
}

/** The archives, which must be the team’s own and not too large for the phase. */
async function requireArchives(
  tx: Transaction,
  phase: Phase,
  teamId: string,
  { imageId, modelId }: { imageId: string; modelId: string | null },
): Promise<UploadTimes[]> {
  const image = await tx.image.findFirst({ where: { id: imageId, teamId } });
  if (!image) {
    throw new DomainError(
      'NOT_FOUND',
      'Your team has no such image. Upload it first, and pass the returned ID.',
    );
  }
  requireArchiveWithinLimit(phase, image);
  if (modelId === null) return [image];
  const model = await tx.modelArchive.findFirst({ where: { id: modelId, teamId } });
  if (!model) {
    throw new DomainError(
      'NOT_FOUND',
      'Your team has no such model archive. Upload it first, and pass the returned ID.',
    );
  }
  requireArchiveWithinLimit(phase, model);
  return [image, model];
}

/** Needed because an archive may have been uploaded for a phase with a higher limit. */
function requireArchiveWithinLimit(
  phase: Phase,
  { fileName, bytes }: { fileName: string; bytes: bigint },
): void {
  const { imageMib } = phase.limits;
  if (Number(bytes) <= imageMib * 2 ** 20) return;
  throw new DomainError(
    'TOO_LARGE',
    `${fileName} is too large (${bytes} bytes): this phase accepts archives of at most ${mebibytes(imageMib)}. Nothing was submitted.`,
  );
}
