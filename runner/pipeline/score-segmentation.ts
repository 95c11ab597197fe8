import { PlatformError, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { PREDICTED_VOLUME, TRUE_VOLUME } from '#lib/domain/evaluations/volumes.ts';
import { isUndefinedWithLabels, type MetricKey } from '#lib/domain/metrics/labels.ts';
import { type CaseFacts, dependsOnTruth, isUndefined } from '#lib/domain/metrics/metrics.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { maskMetricName } from '#lib/domain/tasks/task-metrics.ts';
import type { CaseOutcome, ScoringJob } from '#runner/scoring/score-case.ts';
import { ScoringWorkerDied } from '#runner/scoring/workers/pool.ts';
import type { CollectedOutputs } from '#runner/types.ts';
import type { ScoreRecord, ScoringContext } from './scoring-context.ts';

/** Scores a mask against the true one. */

type Segmentation = Extract<Task['scoring'], { kind: 'segmentation' }>;

export async function scoreSegmentation(
  context: ScoringContext,
  scoring: Segmentation,
  caseIndex: number,
  outputs: CollectedOutputs,
): Promise<ScoreRecord> {
  const { phase, metrics } = context;
  const { output, probabilityMap, labels } = scoring;
  const result = await score(context, {
    truth: await openTruth(context, output, caseIndex),
    prediction: outputs[output]!.bytes,
    ...(probabilityMap !== undefined && { probabilityMap: outputs[probabilityMap]?.bytes ?? null }),
    connectivity: phase.connectivity,
    acceptsMissingGeometry: phase.acceptsMissingGeometry,
    metrics: [...new Set(metrics.map(maskMetricName))],
    ...(labels && { labels }),
  });
  const undefinedMetrics = result.truth
    ? undefinedOn(context, scoring, result.truth)
    : await undefinedWithoutOutput(context, scoring, caseIndex);
  if (result.status === 'rejected') {
    const { code, message } = result;
    return { status: 'REJECTED', code, message, metrics: {}, undefinedMetrics };
  }
  const values = result.metrics as Readonly<Record<string, number | null>>;
  // All metrics of the registry without labels, so that a phase can take up another one later.
  const kept = labels ? Object.fromEntries(metrics.map((key) => [key, values[key] ?? null])) : values;
  const volumes =
    phase.recordsVolumes && result.predictedVolumeMl !== null
      ? { [PREDICTED_VOLUME]: result.predictedVolumeMl, [TRUE_VOLUME]: result.truth.volumeMl }
      : {};
  return { status: 'SCORED', code: null, message: null, metrics: { ...kept, ...volumes }, undefinedMetrics };
}

/** The metrics without a value for any prediction, on a case without output. Opens the truth only if it decides. */
export async function undefinedWithoutOutput(
  context: ScoringContext,
  scoring: Segmentation,
  caseIndex: number,
): Promise<string[]> {
  const { labels, output } = scoring;
  const { metrics, scoring: pool, signal } = context;
  if (!labels && !metrics.some((key) => dependsOnTruth(maskMetricName(key)))) {
    return undefinedOn(context, scoring, null);
  }
  const truth = await openTruth(context, output, caseIndex);
  const facts = labels
    ? await pool.labelledTruthFacts(truth, labels, signal)
    : await pool.truthFacts(truth, signal);
  return undefinedOn(context, scoring, facts);
}

function undefinedOn(
  { metrics }: ScoringContext,
  { labels, probabilityMap }: Segmentation,
  truth: CaseFacts['truth'],
): string[] {
  const takesProbabilityMaps = probabilityMap !== undefined;
  return metrics.filter((key) =>
    labels
      ? isUndefinedWithLabels(key as MetricKey, { truth })
      : isUndefined(maskMetricName(key), { truth, takesProbabilityMaps }),
  );
}

async function openTruth(
  { testSet }: ScoringContext,
  output: string,
  caseIndex: number,
): Promise<Uint8Array> {
  const truth = (await testSet.openTruths(caseIndex)).get(output);
  if (!truth) throw new PlatformError('INTERNAL', `The test set has no ${output} for case ${caseIndex}.`);
  return truth;
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
