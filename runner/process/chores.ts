import { requeueAbandoned } from '#lib/evaluations/finish-evaluation.ts';
import type { Logger } from '#runner/log.ts';
import { sweepPredictions } from '#runner/pipeline/kept-predictions.ts';
import type { Adapters } from './adapters.ts';
import { repeat } from './repeat.ts';
import type { SelfReport } from './self-report.ts';

const REPORT_EVERY_MS = 10_000;
const SWEEP_PREDICTIONS_EVERY_MS = 3_600_000;
/** Looks for abandoned evaluations, in the length of a lease. */
const LOOKS_PER_LEASE = 4;

export interface ChoresOptions extends Pick<Adapters, 'db' | 'queue' | 'predictions'> {
  report: SelfReport;
  leaseSeconds: number;
  log: Logger;
  onError(error: Error): void;
}

/**
 * What a runner does beside its evaluations: it says that it is there, sends back to the queue what another runner has
 * abandoned, and removes kept predictions whose time is up. All start at once.
 */
export function startChores(options: ChoresOptions): { stop(): Promise<void> } {
  const { db, queue, predictions, report, leaseSeconds, log, onError } = options;
  const lookForAbandoned = () => requeueAbandoned(db, queue, { runnerId: null, graceSeconds: leaseSeconds });
  const expirePredictions = async () => {
    const files = await sweepPredictions(db, predictions);
    if (files > 0) log.info({ files }, 'removed kept predictions whose time is up');
  };
  const chores = [
    repeat(REPORT_EVERY_MS, () => report.send(), onError),
    repeat((leaseSeconds * 1000) / LOOKS_PER_LEASE, lookForAbandoned, onError),
    repeat(SWEEP_PREDICTIONS_EVERY_MS, expirePredictions, onError),
  ];
  return {
    async stop() {
      for (const chore of chores) await chore.stop();
    },
  };
}
