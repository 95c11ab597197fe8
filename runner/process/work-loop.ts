import { findUnsupportedPhases } from '#lib/evaluations/find-unsupported-phases.ts';
import { workQueue } from '#lib/platform/queue/queue.ts';
import { claimAndEvaluate } from '#runner/pipeline/claim-and-evaluate.ts';
import type { EvaluateDeps } from '#runner/pipeline/evaluate.ts';
import type { Adapters } from './adapters.ts';
import type { Registration } from './register.ts';
import type { SelfReport } from './self-report.ts';

export interface WorkLoop extends Pick<Adapters, 'queue' | 'notifications'>, Registration {
  deps: EvaluateDeps;
  report: SelfReport;
  leaseSeconds: number;
  onError(error: Error): void;
}

/** Runs one evaluation after another until aborted. Resolves when the last one has ended or is requeued. */
export function runWorkLoop(loop: WorkLoop, signal: AbortSignal): Promise<void> {
  const { deps, queue, notifications, capabilities, report, runnerId, leaseSeconds, onError } = loop;
  const profile = { ...capabilities, recipient: deps.key.recipient };
  // Evaluations stay in the queue while the engine is down, a disk is full or the runner is drained.
  const readRefusedPhases = async () => {
    await deps.images.keepReserve();
    if (!(await report.takesWork())) return null;
    return [...report.unsupportedPhases, ...(await findUnsupportedPhases(deps.db, profile))];
  };
  const onUnsupported = (phaseId: string, needs: string) => {
    report.addUnsupported(phaseId, needs);
    deps.log.warn({ phase: phaseId, needs }, 'skipping an unsupported phase');
    report.send().catch(onError);
  };
  const options = { readRefusedPhases, watch: notifications.watchQueue, onError, signal };
  return workQueue(queue, options, (evaluationId) =>
    report.whileRunning(() =>
      claimAndEvaluate(
        { deps, queue, notifications, onUnsupported },
        { evaluationId, runnerId, leaseSeconds },
        signal,
      ),
    ),
  );
}
