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

/**
 * Takes one evaluation after another from the queue until aborted; resolves when the last one has ended or is in the
 * queue again.
 */
export function runWorkLoop(loop: WorkLoop, signal: AbortSignal): Promise<void> {
  const { deps, queue, notifications, capabilities, report, runnerId, leaseSeconds, onError } = loop;
  const reach = { ...capabilities, recipient: deps.key.recipient };
  // An engine that is gone and a disk that is full cost no evaluation anything: it stays in the queue.
  const readRefusedPhases = async () => {
    await deps.images.keepReserve();
    if (!(await report.isWell())) return null;
    return [...report.unsupportedPhases, ...(await findUnsupportedPhases(deps.db, reach))];
  };
  const onUnsupported = (phaseId: string, needs: string) => {
    report.addUnsupported(phaseId, needs);
    deps.log.warn({ phase: phaseId, needs }, 'leaves a phase to others');
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
