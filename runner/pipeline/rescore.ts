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
import { openTestSet } from '#runner/secrets/test-set.ts';
import { openPrediction } from './kept-predictions.ts';
import { scoreOutputs } from './score-output.ts';
import type { ScoringContext } from './scoring-context.ts';

/**
 * Rescores a phase from its kept predictions with the current scorer, and reports what would change. Runs no
 * container and writes nothing.
 */
export interface RescoreDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
  scoring: ScoringPool;
  /** Number of cases in memory at a time. */
  parallel: number;
  onCase: (done: number, total: number) => void;
}

export type PhaseToRescore = NonNullable<Awaited<ReturnType<typeof readPhase>>>;

interface Context extends ScoringContext {
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
  await inParallel(
    jobs,
    deps.parallel,
    async ({ row, cases }) => {
      const after = await rescoreCase(context, row);
      const { before } = cases[row.caseIndex]!;
      cases[row.caseIndex] = after
        ? { before, after, origin: 'scoredAgain' }
        : { before, after: before, origin: 'lost' };
      deps.onCase(++done, jobs.length);
    },
    () => undefined,
  );
  const submissions = evaluations.map(({ submission, scores }, index) => ({
    id: submission.id,
    team: submission.team.slug,
    algorithm: submission.algorithm,
    submittedAt: submission.createdAt,
    scores,
    cases: rescored[index]!,
  }));
  return compareScores({ ...phase, worst: testSet.worst }, submissions);
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
