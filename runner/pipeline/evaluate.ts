import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import type { ClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import { finishFailed, finishScored } from '#lib/evaluations/finish-evaluation.ts';
import type { Lease } from '#lib/evaluations/lease.ts';
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
import { outputMark } from '#runner/secrets/output-mark.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import type { LoadedImage } from '#runner/types.ts';
import { caseInput } from './case-input.ts';
import { finalScores } from './final-scores.ts';
import { keepPrediction } from './kept-predictions.ts';
import { scoreCaseRun } from './score-output.ts';
import { shuffle } from './shuffle.ts';

/**
 * One evaluation from its claim to its scores, in these steps:
 *
 *   1. check and load the team's image (once per archive), and unpack its model archive, if any;
 *   2. open the sealed manifest;
 *   3. for each case, in an order that is shuffled for each evaluation and as the phase's contract requires
 *      (runner/sandbox/contracts/run-cases.ts): open the inputs, run the container, collect its output, open the
 *      truth, score, keep the prediction if the phase keeps predictions, and record the result;
 *   4. write the aggregates together with the state SCORED.
 *
 * Results recorded before an interruption are kept. A later attempt runs only the missing cases.
 */
export interface EvaluateDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
  images: ImageCache;
  scoring: ScoringPool;
  sandbox: Pick<Sandbox, 'runCases' | 'runScorer' | 'unpackModel'>;
  /** Processors and memory for all containers together. */
  cpus: number;
  memoryMib: number;
  log: Logger;
}

/** An evaluation and this runner's lease on it. */
export interface LeasedEvaluation {
  lease: Lease;
  evaluation: ClaimedEvaluation;
}

/** Ends the evaluation as SCORED or FAILED. Throws PlatformError, LeaseLost or the signal's reason. */
export async function evaluate(
  deps: EvaluateDeps,
  leased: LeasedEvaluation,
  signal: AbortSignal,
): Promise<void> {
  const { db } = deps;
  const { lease, evaluation } = leased;
  try {
    await using image = await acquireImage(deps, evaluation, signal);
    await retryWhileUnavailable(() => recordImage(db, lease, image.image.id), signal);
    await using model = await openModel(deps, evaluation, signal);
    await runPendingCases(deps, leased, { image: image.image, modelFolder: model?.path ?? null }, signal);
    signal.throwIfAborted();
    // Before the image and the model are released, so that the scores don't wait for that.
    const input = { evaluation, name: containerName(leased) };
    const { scores, ...atEnd } = await retryWhileUnavailable(() => finalScores(deps, input, signal), signal);
    await retryWhileUnavailable(() => finishScored(db, lease, scores, atEnd), signal);
  } catch (error) {
    if (!(error instanceof SubmissionError)) throw error;
    await retryWhileUnavailable(() => finishFailed(db, lease, error), signal);
  }
}

/** Includes this claim's token, because containers of an earlier claim may still exist. */
function containerName({ evaluation, lease }: LeasedEvaluation): string {
  return `heldout-${evaluation.id}-${lease.token.slice(0, 8)}`;
}

function acquireImage(
  { images }: EvaluateDeps,
  { image, phase }: ClaimedEvaluation,
  signal: AbortSignal,
): Promise<ImageInUse> {
  return images.use({ sha256: image.sha256, realm: phase.id }, phase, signal);
}

/** Unpacks the model archive for the duration of the evaluation; null if the team submitted none. */
async function openModel(
  { store, sandbox }: EvaluateDeps,
  { model, phase }: ClaimedEvaluation,
  signal: AbortSignal,
): Promise<ModelFolder | null> {
  return model && (await sandbox.unpackModel(store.open(model.sha256), phase.limits, signal));
}

async function runPendingCases(
  deps: EvaluateDeps,
  { evaluation, lease }: LeasedEvaluation,
  { image, modelFolder }: { image: LoadedImage; modelFolder: string | null },
  signal: AbortSignal,
): Promise<void> {
  const { db, key, predictions, scoring } = deps;
  const { phase } = evaluation;
  const cases = shuffle(pendingCases(evaluation));
  if (cases.length === 0) return;
  const testSet = await openTestSet(deps.key, deps.store.read, evaluation.testSet);
  const metrics = phase.metrics.map(({ metric }) => metric);
  const scored = { phase, metrics, testSet, scoring };
  let working = 0;
  /** The number in the database. The end of a container is recorded together with its result. */
  let recorded = 0;
  await deps.sandbox.runCases({
    image,
    rules: phase,
    modelFolder,
    name: containerName({ evaluation, lease }),
    labels: { 'heldout.evaluation': evaluation.id },
    parallel: containersAtOnce(deps, phase),
    cases,
    openCase: async (caseIndex, stopped) =>
      caseInput({
        task: phase.task,
        files: await testSet.openInputs(caseIndex),
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
        scoreCaseRun({ ...scored, signal: stopped }, caseIndex, run),
        keepPrediction({ predictions, key, phase }, run),
      ]);
      const place = { testSetId: evaluation.testSet.id, caseIndex };
      const mark =
        run.kind === 'output' && result.status === 'SCORED' ? outputMark(key, place, run.outputs) : null;
      const record = { ...result, ...kept, outputMark: mark, log: phase.keepsLogs ? result.log : null };
      recorded = working;
      await retryWhileUnavailable(() => recordCase(db, lease, record, working), stopped);
    },
    signal,
  });
}

function pendingCases({ testSet, recorded }: ClaimedEvaluation): number[] {
  const done = new Set(recorded);
  return testSet.cases.map(({ index }) => index).filter((index) => !done.has(index));
}
