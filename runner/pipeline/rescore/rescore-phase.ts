import { findShownEntries, leavesOutHeldBack } from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { compareScores, type RescoreReport } from '#lib/domain/evaluations/rescore.ts';
import { toStoredReport } from '#lib/domain/evaluations/rescoring.ts';
import { readScoredEvaluations } from '#lib/evaluations/read-phase-scores.ts';
import { storeRescoring } from '#lib/evaluations/store-rescoring.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { ScorerDeps } from '#runner/pipeline/score-by-container.ts';
import type { ScoringPool } from '#runner/scoring/workers/pool.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import { rescoreByContainer } from './rescore-by-container.ts';
import { rescoreOutputs } from './rescore-outputs.ts';
import { isKept, type PhaseToRescore, type RescoreContext } from './rescored.ts';
import { currentVersions, rescoredRows } from './rescored-rows.ts';

/**
 * Rescores a phase from its kept predictions with the current scorer, and reports what changes. Runs no container of a
 * team. The new scores are stored beside those in force, or not at all in a dry run.
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

export interface RescoredPhase {
  report: RescoreReport;
  /** ID of the stored rescoring; null in a dry run, and if nothing was rescored as a whole. */
  rescoringId: string | null;
}

/** Throws PlatformError if this key can't open the test set. */
export async function rescorePhase(
  deps: RescoreDeps,
  phase: PhaseToRescore,
  { isDryRun }: { isDryRun: boolean },
): Promise<RescoredPhase> {
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
  const toRescore = { phase, evaluations, onCase, isStored: !isDryRun };
  const rescored =
    phase.task.scoring.kind === 'container'
      ? await rescoreByContainer(deps, context, toRescore)
      : await rescoreOutputs(deps, context, toRescore);
  const shown = new Set(findShownEntries(phase, evaluations).map(({ id }) => id));
  const submissions = evaluations.map(({ id, submission, scores }, index) => ({
    id: submission.id,
    team: submission.team.slug,
    algorithm: submission.algorithm,
    submittedAt: submission.createdAt,
    isRanked: shown.has(id) && !submission.hasTombstone && submission.baseline === null,
    scores,
    ...rescored[index]!,
  }));
  const { worst, caseCount } = testSet;
  const heldBack = leavesOutHeldBack(phase) ? drawHeldBack({ ...phase, caseCount }) : [];
  const rules = { ...phase, worst, heldBack, version: phase.scorer?.version, ranksWhole: !isDryRun };
  const report = compareScores(rules, submissions);
  const rows = isDryRun ? [] : rescoredRows(phase, evaluations, rescored);
  if (rows.length === 0) return { report, rescoringId: null };
  const stored = { phaseId: phase.id, versions: currentVersions(phase), report: toStoredReport(report) };
  const { id } = await storeRescoring(deps.db, stored, rows);
  return { report, rescoringId: id };
}
