import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import { fillMissingCases } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { type MetricScore, metricScores, setScore } from '#lib/domain/evaluations/metric-scores.ts';
import { requireMetric, type TaskMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { ClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import type { Database } from '#lib/platform/database.ts';
import { readPredictionBlobs, readRecordedCases } from '#lib/platform/rows/case-score.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import { openPrediction } from './kept-predictions.ts';
import { prepareSetScore, type SetCase } from './set-scores.ts';

export interface FinalScoresDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
}

/**
 * The scores of an evaluation whose cases are all recorded. Metrics over the set are computed from the truth and from
 * the predictions that were kept sealed until now.
 */
export async function finalScores(
  deps: FinalScoresDeps,
  evaluation: ClaimedEvaluation,
): Promise<MetricScore[]> {
  const { id, caseCount, phase, testSet } = evaluation;
  const recorded = (await readRecordedCases(deps.db, [id])).get(id) ?? [];
  if (recorded.length !== caseCount) {
    throw new Error(`Evaluation ${id} has ${recorded.length} of ${caseCount} cases.`);
  }
  const cases = fillMissingCases(caseCount, recorded);
  const metrics = phase.metrics.map(({ metric }) => requireMetric(phase.task, metric));
  const perCase = metricScores(
    cases,
    metrics.filter(({ over }) => over === 'case'),
    worstOf(phase.task, testSet.worst),
  );
  const overSet = await setScores(
    deps,
    evaluation,
    metrics.filter(({ over }) => over === 'set'),
  );
  const scores = new Map([...perCase, ...overSet].map((score) => [score.metric, score]));
  return metrics.map(({ key }) => scores.get(key)!);
}

async function setScores(
  { db, store, predictions, key }: FinalScoresDeps,
  { id, caseCount, phase, testSet: sealed }: ClaimedEvaluation,
  metrics: readonly TaskMetric[],
): Promise<MetricScore[]> {
  const { task } = phase;
  if (metrics.length === 0 || task.scoring.kind !== 'values') return [];
  const context = { task, scoring: task.scoring, metrics: metrics.map((metric) => metric.key) };
  const testSet = await openTestSet(key, store.read, sealed);
  const blobs = await readPredictionBlobs(db, id);
  const cases: SetCase[] = [];
  for (let index = 0; index < caseCount; index++) {
    const blob = blobs.get(index);
    const outputs = blob === undefined ? null : await openPrediction(predictions, key, blob);
    if (blob !== undefined && outputs === null) throw lost(index);
    cases.push({ truths: await testSet.openTruths(index), outputs });
  }
  const failed = cases.filter(({ outputs }) => outputs === null).length;
  const weights = new Uint32Array(caseCount).fill(1);
  return metrics.map((metric) => {
    const value = prepareSetScore(context, metric.key, cases)(weights);
    return setScore(metric, { value, n: caseCount, failed });
  });
}

/** A prediction that the database names must be there; a retry may find it. */
function lost(index: number): PlatformError {
  return new PlatformError('INTERNAL', `The kept prediction of case ${index} can’t be opened.`);
}
