import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type ImportedScorer, importScorerResponseSchema } from '#lib/api/scorers.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { type EvaluationQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { tooLarge } from '#lib/platform/storage/store.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import type { Site } from '#lib/site/site.ts';
import { requireArchive } from '#lib/site/submissions/archives/sniff-archive.ts';
import { plainFileName } from '#lib/site/submissions/archives/store-archive.ts';

export interface ScorerUpload {
  challenge: string;
  phase: string;
  fileName: string;
  signature: string;
  chunks: AsyncIterable<Uint8Array>;
  /** The declared length. */
  expectedBytes: number | undefined;
}

/**
 * Stores an organizer's scorer as the next version of a phase. The site can't check the signature, because the key is
 * sealed in the test set; a runner does before the scorer sees any truth. Evaluations that waited for a scorer go on.
 * `key` is the request’s idempotency key.
 */
export async function importScorer(
  site: Site,
  { challenge: slug, phase: phaseSlug, ...upload }: ScorerUpload,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<ImportedScorer> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('scorer.import', viewer, { challenge });
  const { userId } = organizer;
  const phase = findPhase(challenge, phaseSlug);
  if (phase.task.scoring.kind !== 'container') {
    throw new DomainError(
      'INVALID',
      `The phase is scored by Heldout (${phase.task.scoring.kind}), so it takes no scorer. Nothing was stored.`,
    );
  }
  const maxBytes = phase.limits.imageMib * 2 ** 20;
  const { expectedBytes, signature } = upload;
  if (expectedBytes !== undefined && expectedBytes > maxBytes) throw tooLarge(maxBytes);
  if (!(await isRepetition(site, { userId, key }))) {
    await consumeAttempt(site, RATE_LIMITS.scorerByAccount, userId);
  }
  const fileName = plainFileName(upload.fileName) || 'scorer';
  const queue = await site.queue();
  const stage = site.store.stage();
  try {
    const { sha256, bytes } = await stage.put(requireArchive(upload.chunks, 'image'), {
      maxBytes,
      expectedBytes,
    });
    const payload = { phaseId: phase.id, sha256, signature };
    const result = importScorerResponseSchema.shape.scorer;
    const imported = await createOnce(
      site,
      { userId, key, operation: 'scorer.import', payload, result },
      async (tx) => {
        await stage.keep();
        // Two imports get two versions.
        await lockUntilCommit(tx, `scorers of ${phase.id}`);
        const latest = await tx.scorer.findFirst({
          where: { phaseId: phase.id },
          orderBy: { version: 'desc' },
        });
        const version = (latest?.version ?? 0) + 1;
        const data = { phaseId: phase.id, version, fileName, bytes, sha256, signature };
        const { id } = await tx.scorer.create({ data });
        const resumed = await resumeWaiting(tx, queue, phase.id);
        const detail = { phase: phase.slug, scorer: id, version, sha256 };
        const change = { before: { scorer: latest?.id ?? null }, after: { scorer: id } };
        await recordAudit(tx, organizer, 'scorer.import', challenge.id, detail, change);
        return { id, version, bytes, sha256, resumed };
      },
    );
    site.shared.forget();
    site.consoleSummaries.forget(challenge.id);
    return imported;
  } finally {
    await stage.discard();
  }
}

/** Queues the evaluations whose scorer failed. Their cases are recorded, so only the scorer runs. */
async function resumeWaiting(tx: Transaction, queue: EvaluationQueue, phaseId: string): Promise<number> {
  const waiting = await tx.evaluation.findMany({
    where: { state: 'QUEUED', platformCode: 'SCORER_FAILED', submission: { phaseId } },
    select: { id: true },
    orderBy: { createdAt: 'asc' },
  });
  for (const { id } of waiting) await sendEvaluation(queue, tx, id);
  return waiting.length;
}
