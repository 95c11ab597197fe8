import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { compareScores, type RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import { readScoredEvaluations } from '#lib/evaluations/read-phase-scores.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { ScorerDeps } from '#runner/pipeline/score-by-container.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import { rescoreByContainer } from './rescore-by-container.ts';
import { rescoreOutputs } from './rescore-outputs.ts';
import { isKept, type PhaseToRescore, type RescoreContext } from './rescored.ts';

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

/** Throws PlatformError if this key can't open the test set. */
export async function rescorePhase(deps: RescoreDeps, phase: PhaseToRescore): Promise<RescoreReport> {
  const { testSet } = phase;
  if (!testSet) throw new PlatformError('INTERNAL', 'The phase has no test set.');
  const context: RescoreContext = {
    phase,
    metrics: phase.metrics.map(({ metric }) => metric),
    testSet: await openTestSet(deps.key, deps.store.read, testSet),
    scoring: deps.scoring,
    signal: new AbortController().signal,
    predictions: deps.predictions,
    key: deps.key,
  };
  const evaluations = await readScoredEvaluations(deps.db, phase.id);
  const total = evaluations.flatMap(({ caseScores }) => caseScores.filter(isKept)).length;
  let done = 0;
  const onCase = () => deps.onCase(++done, total);
  const toRescore = { phase, evaluations, onCase };
  const rescored =
    phase.task.scoring.kind === 'container'
      ? await rescoreByContainer(deps, context, toRescore)
      : await rescoreOutputs(deps, context, toRescore);
  const submissions = evaluations.map(({ submission, scores }, index) => ({
    id: submission.id,
    team: submission.team.slug,
    algorithm: submission.algorithm,
    submittedAt: submission.createdAt,
    scores,
    ...rescored[index]!,
  }));
  return compareScores({ ...phase, worst: testSet.worst, version: phase.scorer?.version }, submissions);
}
