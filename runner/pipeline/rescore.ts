import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { fillMissingCases, type IndexedCase } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { compareScores, type RescoredCase, type RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { type readPhase, readScoredEvaluations } from '#lib/evaluations/read-phase-scores.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import { inParallel } from '#runner/concurrency.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet, type TestSet } from '#runner/secrets/test-set.ts';
import type { CollectedOutputs } from '#runner/types.ts';
import { openPrediction, requirePrediction } from './kept-predictions.ts';
import { type ContainerContext, type ScorerDeps, scoreByContainer } from './score-by-container.ts';
import { scoreOutputs } from './score-output.ts';
import type { ScoringContext } from './scoring-context.ts';

/**
 * Rescores a phase from its kept predictions with the current scorer, and reports what would change. Runs no
 * container of a team and writes nothing.
 */
export interface RescoreDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
  scoring: ScoringPool;
  /** Opened only if an organizers' scorer computes the metrics. */
  openScorer: () => Promise<ScorerDeps & AsyncDisposable>;
  /** Number of cases in memory at a time. */
  parallel: number;
  onCase: (done: number, total: number) => void;
}

export type PhaseToRescore = NonNullable<Awaited<ReturnType<typeof readPhase>>>;

interface Context extends ScoringContext {
  testSet: TestSet;
  predictions: Store;
  key: RunnerKey;
}

/** Throws PlatformError if this key can't open the test set. */
export async function rescorePhase(deps: RescoreDeps, phase: PhaseToRescore): Promise<RescoreReport> {
  const { testSet } = phase;
  if (!testSet) throw new PlatformError('INTERNAL', 'The phase has no test set.');
  const context: Context = {
    phase,
    metrics: phase.metrics.map(({ metric }) => metric),
    testSet: await openTestSet(deps.key, deps.store.read, testSet),
    scoring: deps.scoring,
    signal: new AbortController().signal,
    predictions: deps.predictions,
    key: deps.key,
  };
  const evaluations = await readScoredEvaluations(deps.db, phase.id);
  const rescored = evaluations.map(({ caseScores }) => casesBefore(caseScores, testSet.caseCount));
  const jobs = evaluations.flatMap(({ caseScores }, index) =>
    caseScores.flatMap((row) => (row.predictionBlob === null ? [] : [{ row, cases: rescored[index]! }])),
  );
  let done = 0;
  const onCase = (cases: RescoredCase[], caseIndex: number, after: RecordedCase | null) => {
    const { before } = cases[caseIndex]!;
    cases[caseIndex] = after
      ? { before, after, origin: 'scoredAgain' }
      : { before, after: before, origin: 'lost' };
    deps.onCase(++done, jobs.length);
  };
  if (phase.task.scoring.kind === 'container') {
    await using scorer = await deps.openScorer();
    for (const [index, { id, caseScores }] of evaluations.entries()) {
      const outputs = await keptOutputs(context, caseScores);
      const after = await rescoreByContainer(scorer, context, { id, phase, outputs });
      for (const { caseIndex, predictionBlob } of caseScores) {
        if (predictionBlob !== null) onCase(rescored[index]!, caseIndex, after.get(caseIndex) ?? null);
      }
    }
  } else {
    await inParallel(
      jobs,
      deps.parallel,
      async ({ row, cases }) => onCase(cases, row.caseIndex, await rescoreCase(context, row)),
      () => undefined,
    );
  }
  const submissions = evaluations.map(({ submission, scores }, index) => ({
    id: submission.id,
    team: submission.team.slug,
    algorithm: submission.algorithm,
    submittedAt: submission.createdAt,
    scores,
    cases: rescored[index]!,
  }));
  return compareScores({ ...phase, worst: testSet.worst, version: phase.scorer?.version }, submissions);
}

/** The recorded cases, before any is rescored. */
function casesBefore(recorded: readonly IndexedCase[], caseCount: number): RescoredCase[] {
  return fillMissingCases(caseCount, recorded).map((before) => ({
    before,
    after: before,
    origin: before.status === 'FAILED' ? 'failed' : 'notKept',
  }));
}

/** Returns null if the prediction is lost. */
async function rescoreCase(
  context: Context,
  row: { caseIndex: number; predictionBlob: string | null },
): Promise<RecordedCase | null> {
  const { predictions, key } = context;
  const outputs =
    row.predictionBlob === null ? null : await openPrediction(predictions, key, row.predictionBlob);
  return outputs && scoreOutputs(context, row.caseIndex, outputs);
}

type Rows = readonly { caseIndex: number; status: string; predictionBlob: string | null }[];

/** The kept predictions of an evaluation, by case index. A lost one is missing. */
async function keptOutputs(
  { predictions, key }: Context,
  rows: Rows,
): Promise<Map<number, () => Promise<CollectedOutputs>>> {
  const kept = new Map<number, () => Promise<CollectedOutputs>>();
  for (const { caseIndex, status, predictionBlob: blob } of rows) {
    if (status !== 'SCORED' || blob === null || !(await predictions.has(blob))) continue;
    kept.set(caseIndex, () => requirePrediction(predictions, key, { caseIndex, blob }));
  }
  return kept;
}

/** What the phase's current scorer makes of them. Throws PlatformError if it fails. */
async function rescoreByContainer(
  scorer: ScorerDeps,
  { testSet, signal }: Context,
  { id, phase, outputs }: { id: string; phase: PhaseToRescore; outputs: ContainerContext['outputs'] },
): Promise<Map<number, RecordedCase>> {
  const { scoring } = phase.task;
  if (scoring.kind !== 'container' || outputs.size === 0) return new Map();
  const { caseCount } = phase.testSet!;
  const evaluation = { id, caseCount, phase, scorer: phase.scorer };
  const name = `heldout-rescore-${id}`;
  const { cases } = await scoreByContainer(scorer, { evaluation, scoring, testSet, outputs, name, signal });
  const scored = [...outputs.keys()].map((index) => {
    return [
      index,
      { status: 'SCORED' as const, metrics: cases.get(index) ?? {}, undefinedMetrics: [] },
    ] as const;
  });
  return new Map(scored);
}
