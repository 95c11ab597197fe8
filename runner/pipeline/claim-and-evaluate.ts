import { PlatformError, UnsupportedPhase } from '#lib/domain/evaluations/codes.ts';
import { claimEvaluation, readClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import { handBack } from '#lib/evaluations/finish-evaluation.ts';
import { type Lease, LeaseLost } from '#lib/evaluations/lease.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Notifications } from '#lib/platform/notifications.ts';
import type { EvaluationQueue } from '#lib/platform/queue/queue.ts';
import { retryWhileUnavailable } from '#lib/platform/retry-while-unavailable.ts';
import type { Logger } from '#runner/log.ts';
import { type EvaluateDeps, evaluate } from './evaluate.ts';
import { keepLease } from './keep-lease.ts';

export interface WorkContext {
  deps: EvaluateDeps;
  queue: EvaluationQueue;
  notifications: Pick<Notifications, 'watch'>;
  /** Called when this host can never run the phase, before the evaluation is requeued. */
  onUnsupported(phaseId: string, needs: string): void;
}

/** Handles one job: claims the evaluation, runs it, and hands it back to the queue after a platform error. */
export async function claimAndEvaluate(
  { deps, queue, notifications, onUnsupported }: WorkContext,
  ids: { evaluationId: string; runnerId: string; leaseSeconds: number },
  signal: AbortSignal,
): Promise<void> {
  const lease = await claimEvaluation(deps.db, ids);
  if (!lease) return;
  const log = deps.log.child({ evaluation: ids.evaluationId });
  const leaseKeeper = keepLease(deps.db, lease);
  // Notices a cancellation immediately rather than at the next renewal.
  const unwatch = notifications.watch(ids.evaluationId, leaseKeeper.check);
  try {
    const evaluation = await readClaimedEvaluation(deps.db, lease);
    log.info({ cases: evaluation.caseCount, scored: evaluation.recorded.length }, 'claimed');
    await evaluate(
      { ...deps, log },
      { lease, evaluation },
      AbortSignal.any([signal, leaseKeeper.signal]),
    ).catch((error: unknown) => {
      if (error instanceof UnsupportedPhase) onUnsupported(evaluation.phase.id, error.needs);
      throw error;
    });
    log.info('ended');
  } catch (error) {
    await handBackOnError(error, { db: deps.db, queue, lease, log, signal });
  } finally {
    unwatch();
    leaseKeeper.stop();
  }
}

interface HandBackContext {
  db: Database;
  queue: EvaluationQueue;
  lease: Lease;
  log: Logger;
  signal: AbortSignal;
}

async function handBackOnError(
  error: unknown,
  { db, queue, lease, log, signal }: HandBackContext,
): Promise<void> {
  try {
    if (error instanceof LeaseLost) throw error;
    const failure =
      error instanceof PlatformError ? error : new PlatformError('INTERNAL', String(error), { cause: error });
    if (failure.code === 'RUNNER_STOPPED') log.info('handed back');
    else log.error({ err: error, code: failure.code }, 'platform error');
    // A stopping runner tries only once. If the database is unavailable, the lease expires by itself.
    await retryWhileUnavailable(() => handBack(db, queue, lease, failure), signal);
  } catch (lost) {
    if (!(lost instanceof LeaseLost)) throw lost;
    log.info('lease lost: cancelled or taken over');
  }
}
