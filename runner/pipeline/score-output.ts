import { PlatformError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { type CaseFacts, dependsOnTruth, isUndefined, type MetricName } from '#lib/domain/metrics/metrics.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import type { CaseRecord } from '#lib/evaluations/record-progress.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import type { CaseOutcome, ScoringJob } from '#runner/scoring/score-case.ts';
import { type ScoringPool, ScoringWorkerDied } from '#runner/scoring/workers/pool.ts';
import type { TestSet } from '#runner/secrets/test-set.ts';
import type { CaseRun, CollectedOutputs } from '#runner/types.ts';
import type { KeptPrediction } from './kept-predictions.ts';

export interface ScoringContext {
  phase: Pick<Phase, 'connectivity' | 'task' | 'acceptsMissingGeometry'>;
  metrics: readonly MetricName[];
  testSet: Pick<TestSet, 'openTruths'>;
  scoring: ScoringPool;
  signal: AbortSignal;
}

/** Scores a container run that has ended. Only now is the truth opened. Throws the signal's reason. */
export async function scoreCaseRun(
  context: ScoringContext,
  caseIndex: number,
  run: CaseRun,
): Promise<Omit<CaseRecord, keyof KeptPrediction>> {
  const { seconds, peakMemoryBytes, exitCode, log } = run;
  const facts = { caseIndex, seconds, peakMemoryBytes, exitCode, log };
  if (run.kind === 'output') return { ...facts, ...(await scoreOutputs(context, caseIndex, run.outputs)) };
  const { code, message } = run;
  const undefinedMetrics = await undefinedWithoutScore(context, caseIndex);
  return { ...facts, status: 'FAILED', code, message, metrics: {}, undefinedMetrics };
}

type ScoreRecord = Pick<CaseRecord, 'status' | 'code' | 'message' | 'metrics' | 'undefinedMetrics'>;

/** Scores the files that a container wrote against the truth. Throws the signal's reason. */
export async function scoreOutputs(
  context: ScoringContext,
  caseIndex: number,
  outputs: CollectedOutputs,
): Promise<ScoreRecord> {
  const { phase, metrics } = context;
  const { output, probabilityMap } = segmentationOf(phase.task);
  const result = await score(context, {
    truth: await openTruth(context, caseIndex),
    prediction: outputs[output]!.bytes,
    ...(probabilityMap !== undefined && { probabilityMap: outputs[probabilityMap]?.bytes ?? null }),
    connectivity: phase.connectivity,
    acceptsMissingGeometry: phase.acceptsMissingGeometry,
    metrics,
  });
  const undefinedMetrics = result.truth
    ? undefinedMetricsOf(context, result.truth)
    : await undefinedWithoutScore(context, caseIndex);
  if (result.status === 'rejected') {
    const { code, message } = result;
    return { status: 'REJECTED', code, message, metrics: {}, undefinedMetrics };
  }
  return { status: 'SCORED', code: null, message: null, metrics: result.metrics, undefinedMetrics };
}

function undefinedMetricsOf({ metrics, phase }: ScoringContext, truth: CaseFacts['truth']): MetricName[] {
  const takesProbabilityMaps = segmentationOf(phase.task).probabilityMap !== undefined;
  return metrics.filter((name) => isUndefined(name, { truth, takesProbabilityMaps }));
}

/** The same for a case that wasn't scored. Opens the truth only if a metric depends on it. */
async function undefinedWithoutScore(context: ScoringContext, caseIndex: number): Promise<MetricName[]> {
  if (!context.metrics.some(dependsOnTruth)) return undefinedMetricsOf(context, null);
  const truth = await openTruth(context, caseIndex);
  return undefinedMetricsOf(context, await context.scoring.truthFacts(truth, context.signal));
}

async function openTruth({ testSet, phase }: ScoringContext, caseIndex: number): Promise<Uint8Array> {
  const { output } = segmentationOf(phase.task);
  const truth = (await testSet.openTruths(caseIndex)).get(output);
  if (!truth) throw new PlatformError('INTERNAL', `The test set has no ${output} for case ${caseIndex}.`);
  return truth;
}

/** A segmentation is always collected: it is a required output. */
function segmentationOf({ scoring }: Task) {
  if (scoring.kind === 'segmentation') return scoring;
  throw new PlatformError('INTERNAL', `Scoring of the kind ${scoring.kind} isn’t possible here.`);
}

/** `truth` is null if the scorer didn't get that far. */
type Scored = CaseOutcome | { status: 'rejected'; code: SubmissionErrorCode; message: string; truth: null };

/**
 * Readers limit their memory. If an output still exhausts two scoring threads, it is rejected instead of
 * being retried forever.
 */
async function score({ scoring, signal }: ScoringContext, job: ScoringJob): Promise<Scored> {
  try {
    return await scoring.score(job, signal);
  } catch (error) {
    const cause =
      error instanceof ScoringWorkerDied ? (error.cause as NodeJS.ErrnoException | undefined) : null;
    if (cause?.code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    const message = 'Reading the output took more memory than the scorer has.';
    return { status: 'rejected', code: 'UNREADABLE', message, truth: null };
  }
}
