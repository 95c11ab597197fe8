import type { Viewer } from '#lib/api/pages/viewer.ts';
import { createSubmissionRequestSchema } from '#lib/api/submissions.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { phaseStatus } from '#lib/domain/phases/phase.ts';
import { quotaLeft } from '#lib/domain/phases/quota.ts';
import { mebibytes } from '#lib/domain/units.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { sendEvaluation } from '#lib/platform/queue/queue.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { requireMembership } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { readQuota } from './read-quota.ts';

/** Creates the submission, its evaluation and its job in one transaction, so that all exist or none does. */
export async function createSubmission(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
): Promise<{ id: string }> {
  const { algorithm, imageId, modelId, ...names } = parseInput(createSubmissionRequestSchema, input);
  const team = requireMembership(viewer, names.team);
  const challenge = await findChallenge(site, names.challenge);
  const phase = findPhase(challenge, names.phase);
  await requireSubmissionAllowed(site, phase, team.id);
  if (!phase.testSet) {
    throw new DomainError(
      'PHASE_NOT_OPEN',
      'This phase has no test set yet. The organizers must import it first. Nothing was submitted.',
    );
  }
  const { caseCount } = phase.testSet;
  const queue = await site.queue();
  return site.db.$transaction(async (tx) => {
    // Serializes submissions of a team, so that two at the same moment can't both use the last quota.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${phase.id} ${team.id}`}, 0))`;
    await requireQuota(tx, phase, team.id, site.now());
    const image = await tx.image.findFirst({ where: { id: imageId, teamId: team.id } });
    if (!image)
      throw new DomainError(
        'NOT_FOUND',
        'Your team has no such image. Upload it first, and pass the returned ID.',
      );
    requireArchiveWithinLimit(phase, image);
    if (modelId !== null) {
      const model = await tx.modelArchive.findFirst({ where: { id: modelId, teamId: team.id } });
      if (!model)
        throw new DomainError(
          'NOT_FOUND',
          'Your team has no such model archive. Upload it first, and pass the returned ID.',
        );
      requireArchiveWithinLimit(phase, model);
    }
    const data = { phaseId: phase.id, teamId: team.id, userId: viewer!.userId, imageId, modelId, algorithm };
    const submission = await tx.submission.create({ data: { ...data, createdAt: site.now() } });
    const evaluation = await tx.evaluation.create({ data: { submissionId: submission.id, caseCount } });
    await sendEvaluation(queue, tx, evaluation.id);
    const detail = { submission: submission.id, team: team.slug, phase: phase.slug };
    await recordAudit(tx, viewer!, 'submission.create', challenge.id, detail);
    return { id: submission.id };
  });
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

/** Checks that the phase is open and the team is registered. Throws PHASE_NOT_OPEN, NOT_REGISTERED. */
export async function requireSubmissionAllowed(site: Site, phase: Phase, teamId: string): Promise<void> {
  const { challengeId, opensAt, closesAt } = phase;
  const status = phaseStatus(phase, site.now());
  if (status === 'upcoming') {
    throw new DomainError('PHASE_NOT_OPEN', `This phase opens at ${utc(opensAt)}. Nothing was submitted.`);
  }
  if (status === 'closed') {
    throw new DomainError('PHASE_NOT_OPEN', `This phase closed at ${utc(closesAt)}. Nothing was submitted.`);
  }
  const key = { challengeId_teamId: { challengeId, teamId } };
  if (await site.db.registration.findUnique({ where: key })) return;
  throw new DomainError(
    'NOT_REGISTERED',
    'Your team isn’t registered for this challenge. Register it first.',
  );
}

/** Throws QUOTA_USED, which says when the quota resets. */
export async function requireQuota(tx: Transaction, phase: Phase, teamId: string, now: Date): Promise<void> {
  const quota = await readQuota(tx, phase, teamId, now);
  const left = quotaLeft(quota);
  if (left.total === 0) {
    throw new DomainError(
      'QUOTA_USED',
      `Your team has used all ${quota.total} submissions of this phase. Nothing was submitted.`,
    );
  }
  if (left.today === 0) {
    throw new DomainError(
      'QUOTA_USED',
      `Your team has used its ${quota.perDay} submissions for today. Nothing was submitted. Try again after ${utc(quota.resetsAt)}.`,
    );
  }
}

/** "2026-03-02 00:00 UTC" */
function utc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
