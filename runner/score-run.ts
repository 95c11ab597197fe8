import type { TeamFaultCode } from '#lib/domain/codes.ts';
import type { MetricName } from '#lib/domain/metrics.ts';
import { connectivitySchema } from '#lib/domain/phase.ts';
import type { CaseRecord } from '#lib/server/runs/record-progress.ts';
import { type ScoringPool, ScoringWorkerDied } from './scoring/pool.ts';
import type { CaseMetrics, ScoringJob } from './scoring/score-case.ts';
import type { TestSet } from './test-set.ts';
import type { CaseRun } from './types.ts';

export interface ScoringContext {
  phase: { connectivity: number; takesProbabilityMaps: boolean };
  metrics: readonly MetricName[];
  testSet: Pick<TestSet, 'openTruth'>;
  scoring: ScoringPool;
  signal: AbortSignal;
}

/** What a run whose container is gone comes to: only now the truth is opened. Throws the signal's reason. */
export async function scoreRun(
  context: ScoringContext,
  caseIndex: number,
  run: CaseRun,
): Promise<CaseRecord> {
  const { testSet } = context;
  const { seconds, peakMemoryBytes, exitCode, log } = run;
  const facts = { caseIndex, seconds, peakMemoryBytes, exitCode, log };
  if (run.kind === 'teamFault') {
    return { ...facts, status: 'FAILED', code: run.code, message: run.message, metrics: {} };
  }
  const job = {
    truth: await testSet.openTruth(caseIndex),
    prediction: run.bytes,
    ...(context.phase.takesProbabilityMaps && { probabilityMap: run.probabilityMap }),
    connectivity: connectivitySchema.parse(context.phase.connectivity),
    metrics: context.metrics,
  };
  const result = await score(context, job);
  if (result.status === 'rejected') {
    return { ...facts, status: 'REJECTED', code: result.code, message: result.message, metrics: {} };
  }
  return { ...facts, status: 'SCORED', code: null, message: null, metrics: result.metrics };
}

type Scored =
  | { status: 'scored'; metrics: CaseMetrics }
  | { status: 'rejected'; code: TeamFaultCode; message: string };

/** The readers are bounded; an output that exhausts two scoring threads all the same is refused, not tried for ever. */
async function score({ scoring, signal }: ScoringContext, job: ScoringJob): Promise<Scored> {
  try {
    return await scoring.score(job, signal);
  } catch (error) {
    const cause =
      error instanceof ScoringWorkerDied ? (error.cause as NodeJS.ErrnoException | undefined) : null;
    if (cause?.code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    const message = 'Reading the output took more memory than the scorer has.';
    return { status: 'rejected', code: 'UNREADABLE', message };
  }
}
