import { randomUUID } from 'node:crypto';
import type { Limits } from '#lib/domain/limits.ts';
import type { MetricName } from '#lib/domain/metrics.ts';
import type { CaseRecord } from '#lib/server/runs/record-progress.ts';
import { scoreRun } from './score-run.ts';
import type { ScoringPool } from './scoring/pool.ts';
import type { TestSet } from './test-set.ts';
import type { CaseInput, CaseRun, EndedRun, LoadedImage, RunRequest } from './types.ts';

/** What a case needs of its evaluation. */
export interface CaseContext {
  evaluationId: string;
  /** Of this claim: the containers of an earlier one may still be about. */
  leaseToken: string;
  phase: {
    inputFormat: CaseInput['format'];
    givesMetadata: boolean;
    takesProbabilityMaps: boolean;
    connectivity: number;
  };
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
  return scoreRun(context, caseIndex, run);
}

/**
 * Runs the container, and once more where it was killed by nobody we know: that may have been the host. A
 * second time on the same scan it was the container itself, which can send SIGKILL to its own processes.
 */
async function runContainer(context: CaseContext, caseIndex: number, input: CaseInput): Promise<EndedRun> {
  const { evaluationId, leaseToken, image, limits, phase, signal } = context;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const run = await context.run({
      image,
      limits,
      input,
      takesProbabilityMaps: phase.takesProbabilityMaps,
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
