import { z } from 'zod';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { recordedCases } from '#lib/domain/evaluations/recorded-cases.ts';
import { aggregateCases, caseValue } from '#lib/domain/metrics/aggregate.ts';
import { isMetricName, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import { type Limits, limitsSchema } from '#lib/domain/phases/limits.ts';
import { containerRulesSchema } from '#lib/domain/phases/rules.ts';
import { phaseMetricSchema } from '#lib/domain/phases/settings.ts';
import type { Claim, EvaluationDetail } from '#lib/evaluations/claim-evaluation.ts';
import { finishFailed, finishScored, type MetricScore } from '#lib/evaluations/finish-evaluation.ts';
import { recordCase, recordImage, recordRunning } from '#lib/evaluations/record-progress.ts';
import type { Database } from '#lib/platform/database.ts';
import { retryWhileUnavailable } from '#lib/platform/retry-while-unavailable.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import { containersAtOnce } from '#runner/concurrency.ts';
import type { ImageCache, ImageInUse } from '#runner/images/image-cache.ts';
import type { Logger } from '#runner/log.ts';
import type { ModelFolder } from '#runner/sandbox/archive/unpack-model.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import type { LoadedImage } from '#runner/types.ts';
import { caseInput } from './case-input.ts';
import { keepPrediction } from './kept-predictions.ts';
import { scoreRun } from './score-output.ts';
import { shuffle } from './shuffle.ts';

/**
 * One evaluation from the claim to its scores, in the order in which it happens:
 *
 *   1. the team's image is checked and loaded (once per archive), its model archive, if any, unpacked;
 *   2. the sealed manifest is opened;
 *   3. the cases in an order drawn for this evaluation, as the phase's contract has it (sandbox/run-cases.ts):
 *      open the scan, run the container, collect, open the truth, score, keep what the phase keeps, record;
 *   4. the aggregates are written together with SCORED.
 *
 * Whatever was recorded before an interruption is kept; a later start runs the missing cases alone.
 */
export interface EvaluateDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
  images: ImageCache;
  scoring: ScoringPool;
  sandbox: Pick<Sandbox, 'runCases' | 'unpackModel'>;
  /** Processors and memory that containers may use together. */
  cpus: number;
  memoryMib: number;
  log: Logger;
}

/** Ends the evaluation as SCORED or FAILED. Throws PlatformError, LeaseLost or the signal's reason. */
export async function evaluate(deps: EvaluateDeps, claim: Claim, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const { lease, evaluation } = claim;
  try {
    await using image = await holdImage(deps, claim, signal);
    await retryWhileUnavailable(() => recordImage(db, lease, image.image.id), signal);
    await using model = await openModel(deps, claim, signal);
    await runCases(deps, claim, { image: image.image, modelFolder: model?.path ?? null }, signal);
    signal.throwIfAborted();
    // Before the image and the model are let go: nobody waits for that.
    await retryWhileUnavailable(async () => finishScored(db, lease, await aggregate(db, evaluation)), signal);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    await retryWhileUnavailable(() => finishFailed(db, lease, error), signal);
  }
}

function holdImage(
  { images }: EvaluateDeps,
  { evaluation }: Claim,
  signal: AbortSignal,
): Promise<ImageInUse> {
  const { image, phase } = evaluation.submission;
  return images.use({ sha256: image.sha256, realm: phase.id }, limitsOf(phase), signal);
}

/** The model archive, unpacked for as long as the evaluation runs; null where the team sent none. */
async function openModel(
  { store, sandbox }: EvaluateDeps,
  { evaluation }: Claim,
  signal: AbortSignal,
): Promise<ModelFolder | null> {
  const { model, phase } = evaluation.submission;
  return model && (await sandbox.unpackModel(store.open(model.sha256), limitsOf(phase), signal));
}

async function runCases(
  deps: EvaluateDeps,
  claim: Claim,
  { image, modelFolder }: { image: LoadedImage; modelFolder: string | null },
  signal: AbortSignal,
): Promise<void> {
  const { db, key, predictions, scoring } = deps;
  const { evaluation, lease } = claim;
  const { phase } = evaluation.submission;
  const cases = shuffle(pendingCases(evaluation));
  if (cases.length === 0) return;
  const rules = containerRulesSchema.parse(phase);
  const testSet = await openTestSet(deps.key, deps.store.read, testSetOf(evaluation));
  const scored = { phase, metrics: metricsOf(phase), testSet, scoring };
  let working = 0;
  /** What the row says. That a container has ended is recorded together with its result. */
  let recorded = 0;
  await deps.sandbox.runCases({
    image,
    rules,
    modelFolder,
    // The token is of this claim: the containers of an earlier one may still be about.
    name: `heldout-${evaluation.id}-${lease.token.slice(0, 8)}`,
    labels: { 'heldout.evaluation': evaluation.id },
    parallel: containersAtOnce(deps, rules),
    cases,
    openCase: async (caseIndex, stopped) =>
      caseInput({
        rules,
        scan: await testSet.openScan(caseIndex),
        metadata: phase.givesMetadata ? testSet.case(caseIndex).metadata : null,
        scoring,
        signal: stopped,
      }),
    async onWorking(containers) {
      working = containers;
      if (containers <= recorded) return;
      recorded = containers;
      await retryWhileUnavailable(() => recordRunning(db, lease, containers), signal);
    },
    async onEnded(caseIndex, run, stopped) {
      const [result, kept] = await Promise.all([
        scoreRun({ ...scored, signal: stopped }, caseIndex, run),
        keepPrediction({ predictions, key, phase }, run),
      ]);
      const record = { ...result, ...kept, log: phase.keepsLogs ? result.log : null };
      recorded = working;
      await retryWhileUnavailable(() => recordCase(db, lease, record, working), stopped);
    },
    signal,
  });
}

const worstSchema = z.record(z.string(), z.number());

async function aggregate(db: Database, evaluation: EvaluationDetail): Promise<MetricScore[]> {
  const worst = worstSchema.parse(testSetOf(evaluation).worst);
  const rows = await db.caseScore.findMany({
    where: { evaluationId: evaluation.id },
    select: { caseIndex: true, status: true, metrics: true, undefinedMetrics: true },
  });
  if (rows.length !== evaluation.caseCount) {
    throw new Error(`Evaluation ${evaluation.id} has ${rows.length} of ${evaluation.caseCount} cases.`);
  }
  const cases = recordedCases(evaluation.caseCount, rows);
  return metricsOf(evaluation.submission.phase).map((metric) => {
    const declared = worst[metric];
    if (declared === undefined) throw new Error(`The test set declares no worst value for ${metric}.`);
    const values = cases.map((recorded) => caseValue(recorded, metric));
    return { metric, version: METRICS[metric].version, ...aggregateCases(values, declared) };
  });
}

function metricsOf(phase: { metrics: unknown }): MetricName[] {
  return z
    .array(phaseMetricSchema)
    .parse(phase.metrics)
    .map(({ metric }) => {
      if (!isMetricName(metric)) throw new Error(`There is no metric "${metric}".`);
      return metric;
    });
}

function pendingCases(evaluation: EvaluationDetail): number[] {
  const done = new Set(evaluation.caseScores.map(({ caseIndex }) => caseIndex));
  return testSetOf(evaluation)
    .cases.map(({ index }) => index)
    .filter((index) => !done.has(index));
}

function testSetOf(evaluation: EvaluationDetail) {
  const { testSet } = evaluation.submission.phase;
  if (!testSet) throw new Error(`The phase of evaluation ${evaluation.id} has no test set.`);
  return testSet;
}

function limitsOf(phase: { limits: unknown }): Limits {
  return limitsSchema.parse(phase.limits);
}
