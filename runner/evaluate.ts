import { z } from 'zod';
import { aggregateCases } from '#lib/domain/aggregate.ts';
import { TeamFault } from '#lib/domain/codes.ts';
import { type Limits, limitsSchema } from '#lib/domain/limits.ts';
import { isMetricName, METRICS, type MetricName } from '#lib/domain/metrics.ts';
import { phaseMetricSchema } from '#lib/domain/phase.ts';
import type { Database } from '#lib/server/database.ts';
import type { Claim, EvaluationDetail } from '#lib/server/runs/claim-evaluation.ts';
import { finishFailed, finishScored, type MetricScore } from '#lib/server/runs/finish-evaluation.ts';
import { outlastOutage } from '#lib/server/runs/outlast-outage.ts';
import { recordCase, recordImage, recordRunning } from '#lib/server/runs/record-progress.ts';
import type { Store } from '#lib/server/store.ts';
import { inParallel, Semaphore } from './concurrency.ts';
import { drawOrder } from './draw-order.ts';
import { type CaseContext, evaluateCase } from './evaluate-case.ts';
import type { ImageCache } from './image-cache.ts';
import type { RunnerKey } from './key.ts';
import type { Logger } from './log.ts';
import type { ScoringPool } from './scoring/pool.ts';
import { openTestSet } from './test-set.ts';
import type { CaseRun, LoadedImage, RunRequest } from './types.ts';

/**
 * One evaluation from the claim to its scores, in the order in which it happens:
 *
 *   1. the team's image is checked and loaded (once per archive);
 *   2. the sealed manifest is opened;
 *   3. one case, then the rest, `parallel` at a time, in an order drawn for this evaluation: open the scan,
 *      run the container, collect, open the truth, score, record;
 *   4. the aggregates are written together with SCORED.
 *
 * Whatever was recorded before an interruption is kept; a later start runs the missing cases alone.
 */
export interface EvaluateDeps {
  db: Database;
  store: Store;
  key: RunnerKey;
  images: ImageCache;
  scoring: ScoringPool;
  run: (request: RunRequest) => Promise<CaseRun>;
  /** Processors and memory that containers may use together. */
  cpus: number;
  memoryMib: number;
  log: Logger;
}

/** Ends the evaluation as SCORED or FAILED. Throws PlatformFault, LeaseLost or the signal's reason. */
export async function evaluate(deps: EvaluateDeps, claim: Claim, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  const { lease, evaluation } = claim;
  try {
    const image = await prepareImage(deps, claim, signal);
    await runCases(deps, claim, image, signal);
  } catch (error) {
    if (!(error instanceof TeamFault)) throw error;
    await finishFailed(db, lease, error);
    return;
  }
  signal.throwIfAborted();
  await outlastOutage(async () => finishScored(db, lease, await aggregate(db, evaluation)), signal);
}

async function prepareImage(
  { db, images }: EvaluateDeps,
  { lease, evaluation }: Claim,
  signal: AbortSignal,
): Promise<LoadedImage> {
  const { image, phase } = evaluation.submission;
  const loaded = await images.load(image.sha256, limitsOf(phase), signal);
  await recordImage(db, lease, loaded.id);
  return loaded;
}

async function runCases(
  deps: EvaluateDeps,
  claim: Claim,
  image: LoadedImage,
  signal: AbortSignal,
): Promise<void> {
  const { evaluation, lease } = claim;
  const { phase } = evaluation.submission;
  const [first, ...rest] = drawOrder(pendingCases(evaluation));
  if (first === undefined) return;
  const limits = limitsOf(phase);
  const parallel = parallelRuns(deps, limits);
  const testSet = await openTestSet(deps.key, deps.store.read, testSetOf(evaluation));
  // One abort for all: what ends the evaluation stops the containers that still run.
  const stop = new AbortController();
  const slots = new Semaphore(parallel);
  let running = 0;
  const context: CaseContext = {
    ...deps,
    evaluationId: evaluation.id,
    leaseToken: lease.token,
    phase,
    metrics: metricsOf(phase),
    image,
    limits,
    testSet,
    signal: AbortSignal.any([signal, stop.signal]),
    inSlot: (run) =>
      slots.use(async () => {
        running += 1;
        try {
          await outlastOutage(() => recordRunning(deps.db, lease, running), context.signal);
          return await run();
        } finally {
          running -= 1;
        }
      }),
  };
  const one = async (caseIndex: number): Promise<void> => {
    context.signal.throwIfAborted();
    const record = await evaluateCase(context, caseIndex);
    // An image that can't start fails every case in the same way: the evaluation says it once.
    if (record.code === 'START_FAILED') throw new TeamFault('START_FAILED', record.message ?? '');
    await outlastOutage(() => recordCase(deps.db, lease, record, running), context.signal);
  };
  await one(first);
  // More cases under way than containers: the next scan is opened and the last mask scored meanwhile.
  await inParallel(rest, parallel + 2, one, (error) => stop.abort(error));
}

/** As many containers at once as fit the runner's processors and memory, at least one. */
function parallelRuns({ cpus, memoryMib }: EvaluateDeps, limits: Limits): number {
  return Math.max(1, Math.min(Math.floor(cpus / limits.cpus), Math.floor(memoryMib / limits.memoryMib)));
}

const worstSchema = z.record(z.string(), z.number());
const caseMetricsSchema = z.record(z.string(), z.number().nullable());

async function aggregate(db: Database, evaluation: EvaluationDetail): Promise<MetricScore[]> {
  const worst = worstSchema.parse(testSetOf(evaluation).worst);
  const rows = await db.caseScore.findMany({ where: { evaluationId: evaluation.id } });
  if (rows.length !== evaluation.caseCount) {
    throw new Error(`Evaluation ${evaluation.id} has ${rows.length} of ${evaluation.caseCount} cases.`);
  }
  const cases = rows
    .sort((a, b) => a.caseIndex - b.caseIndex)
    .map((row) => (row.status === 'SCORED' ? caseMetricsSchema.parse(row.metrics) : null));
  return metricsOf(evaluation.submission.phase).map((metric) => {
    const declared = worst[metric];
    if (declared === undefined) throw new Error(`The test set declares no worst value for ${metric}.`);
    const values = cases.map((scores) => (scores === null ? 'failed' : (scores[metric] ?? null)));
    const { version } = METRICS[metric];
    return { metric, version, ...aggregateCases(values, METRICS[metric], declared) };
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
