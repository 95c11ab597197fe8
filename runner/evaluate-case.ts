import { randomUUID } from 'node:crypto';
import type { TeamFaultCode } from '#lib/domain/codes.ts';
import type { Limits } from '#lib/domain/limits.ts';
import type { MetricName } from '#lib/domain/metrics.ts';
import { connectivitySchema } from '#lib/domain/phase.ts';
import type { CaseRecord } from '#lib/server/runs/record-progress.ts';
import { type ScoringPool, ScoringWorkerDied } from './scoring/pool.ts';
import type { CaseMetrics, ScoringJob } from './scoring/score-case.ts';
import type { TestSet } from './test-set.ts';
import type { CaseInput, CaseRun, LoadedImage, RunRequest } from './types.ts';

/** What a case needs of its evaluation. */
export interface CaseContext {
  evaluationId: string;
  /** Of this claim: the containers of an earlier one may still be about. */
  leaseToken: string;
  phase: { inputFormat: CaseInput['format']; givesMetadata: boolean; connectivity: number };
  metrics: readonly MetricName[];
  image: LoadedImage;
  limits: Limits;
  testSet: TestSet;
  scoring: ScoringPool;
  run: (request: RunRequest) => Promise<CaseRun>;
  /** Waits for a place among the containers that may run at once. */
  inSlot: <T>(run: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
}

/**
 * One hidden scan: open, run, collect, and only when the container is gone open the truth and score.
 * Throws PlatformFault or the signal's reason.
 */
export async function evaluateCase(context: CaseContext, caseIndex: number): Promise<CaseRecord> {
  const { testSet, scoring, phase } = context;
  const input: CaseInput = {
    // Drawn anew, so that a container can't tell one evaluation's scan from another's by its name.
    id: randomUUID(),
    format: phase.inputFormat,
    scan: await scoring.rewriteScan(await testSet.openScan(caseIndex), phase.inputFormat, context.signal),
    metadata: phase.givesMetadata ? testSet.case(caseIndex).metadata : null,
  };
  const run = await context.inSlot(() => runContainer(context, caseIndex, input));
  const { seconds, peakMemoryBytes, exitCode, log } = run;
  const facts = { caseIndex, seconds, peakMemoryBytes, exitCode, log };
  if (run.kind === 'teamFault') {
    return { ...facts, status: 'FAILED', code: run.code, message: run.message, metrics: {} };
  }
  const job = {
    truth: await testSet.openTruth(caseIndex),
    prediction: run.bytes,
    connectivity: connectivitySchema.parse(phase.connectivity),
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

/** The readers are bounded; a mask that exhausts two scoring threads all the same is refused, not tried for ever. */
async function score({ scoring, signal }: CaseContext, job: ScoringJob): Promise<Scored> {
  try {
    return await scoring.score(job, signal);
  } catch (error) {
    const cause =
      error instanceof ScoringWorkerDied ? (error.cause as NodeJS.ErrnoException | undefined) : null;
    if (cause?.code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    const message = 'Reading the mask took more memory than the scorer has.';
    return { status: 'rejected', code: 'UNREADABLE', message };
  }
}

/**
 * Runs the container, and once more where it was killed by nobody we know: that may have been the host. A
 * second time on the same scan it was the container itself, which can send SIGKILL to its own processes.
 */
async function runContainer(
  context: CaseContext,
  caseIndex: number,
  input: CaseInput,
): Promise<Exclude<CaseRun, { kind: 'killed' }>> {
  const { evaluationId, leaseToken, image, limits, signal } = context;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const run = await context.run({
      image,
      limits,
      input,
      name: `heldout-${evaluationId}-${caseIndex}-${leaseToken.slice(0, 8)}-${attempt}`,
      labels: { 'heldout.evaluation': evaluationId, 'heldout.case': String(caseIndex) },
      signal,
    });
    if (run.kind !== 'killed') return run;
    if (attempt === 2)
      return {
        ...run,
        kind: 'teamFault',
        code: 'EXIT_NONZERO',
        message: 'The program was ended by SIGKILL.',
      };
  }
}
