import { REPORT_EVERY_MS } from '#lib/domain/runners/silence.ts';
import { requeueAbandoned } from '#lib/evaluations/finish-evaluation.ts';
import type { Logger } from '#runner/log.ts';
import { sweepPredictions } from '#runner/pipeline/kept-predictions.ts';
import type { Adapters } from './adapters.ts';
import { repeat } from './repeat.ts';
import type { SelfReport } from './self-report.ts';

const SWEEP_PREDICTIONS_EVERY_MS = 3_600_000;
/** Searches for abandoned evaluations per lease duration. */
const CHECKS_PER_LEASE = 4;

export interface ChoresOptions extends Pick<Adapters, 'db' | 'queue' | 'predictions'> {
  report: SelfReport;
  leaseSeconds: number;
  log: Logger;
  onError(error: Error): void;
}

/**
 * Background tasks of a runner: it reports that it is alive, requeues evaluations that other runners
 * abandoned, and removes expired predictions. All start immediately.
 */
export function startChores(options: ChoresOptions): { stop(): Promise<void> } {
  const { db, queue, predictions, report, leaseSeconds, log, onError } = options;
  const lookForAbandoned = () => requeueAbandoned(db, queue, { runnerId: null, graceSeconds: leaseSeconds });
  const expirePredictions = async () => {
    const files = await sweepPredictions(db, predictions);
    if (files > 0) log.info({ files }, 'removed expired predictions');
  };
  const chores = [
    repeat(REPORT_EVERY_MS, () => report.send(), onError),
    repeat((leaseSeconds * 1000) / CHECKS_PER_LEASE, lookForAbandoned, onError),
    repeat(SWEEP_PREDICTIONS_EVERY_MS, expirePredictions, onError),
  ];
  return {
    async stop() {
      for (const chore of chores) await chore.stop();
    },
  };
}
