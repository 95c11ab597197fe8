import { setImmediate } from 'node:timers/promises';
import { fillMissingCases } from '#lib/domain/evaluations/fill-missing-cases.ts';
import { type MetricScore, metricScores, setScore } from '#lib/domain/evaluations/metric-scores.ts';
import { type EncodedVolumes, encodeVolumes } from '#lib/domain/evaluations/volumes.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { REPLICATES, replicateValues } from '#lib/domain/ranking/replicates.ts';
import type { ContainerScoring } from '#lib/domain/tasks/task.ts';
import { requireMetric, type TaskMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { ClaimedEvaluation } from '#lib/evaluations/claim-evaluation.ts';
import type { CaseMetrics } from '#lib/evaluations/finish-evaluation.ts';
import type { Database } from '#lib/platform/database.ts';
import { readPredictionBlobs, readRecordedCases } from '#lib/platform/rows/case-score.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { RunnerKey } from '#runner/secrets/key.ts';
import { openTestSet } from '#runner/secrets/test-set.ts';
import { requirePrediction } from './kept-predictions.ts';
import { type ScorerDeps, scoreByContainer } from './score-by-container.ts';
import { prepareSetScore, type SetCase, scoredValues } from './set-scores.ts';

export interface FinalScoresDeps extends ScorerDeps {
  db: Database;
  store: Store;
  predictions: Store;
  key: RunnerKey;
}

export interface FinalScores {
  scores: MetricScore[];
  /** Values of cases that are known only now. */
  caseMetrics: CaseMetrics;
  /** If the phase records them. */
  volumes: EncodedVolumes;
}

/**
 * The scores of an evaluation whose cases are all recorded. An organizer's scorer, and metrics over the set, get the
 * truth and the predictions that were kept sealed until now.
 *
 * @throws ScorerFailed if the organizers must mend their scorer; PlatformError; or the signal's reason.
 */
export async function finalScores(
  deps: FinalScoresDeps,
  { evaluation, name }: { evaluation: ClaimedEvaluation; name: string },
  signal: AbortSignal,
): Promise<FinalScores> {
  const { id, caseCount, phase, testSet } = evaluation;
  const recorded = (await readRecordedCases(deps.db, [id])).get(id) ?? [];
  if (recorded.length !== caseCount) {
    throw new Error(`Evaluation ${id} has ${recorded.length} of ${caseCount} cases.`);
  }
  const cases = fillMissingCases(caseCount, recorded);
  const metrics = phase.metrics.map(({ metric }) => requireMetric(phase.task, metric));
  const { scoring } = phase.task;
  if (scoring.kind === 'container')
    return scorerScores(deps, { evaluation, scoring, cases, metrics, name }, signal);
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
  const volumes = phase.recordsVolumes ? encodeVolumes(cases) : [];
  return { scores: inOrder(metrics, [...perCase, ...overSet]), caseMetrics: new Map(), volumes };
}

function inOrder(metrics: readonly TaskMetric[], scores: readonly MetricScore[]): MetricScore[] {
  const byKey = new Map(scores.map((score) => [score.metric, score]));
  return metrics.map(({ key }) => byKey.get(key)!);
}

interface ScorerInput {
  evaluation: ClaimedEvaluation;
  scoring: ContainerScoring;
  cases: readonly RecordedCase[];
  metrics: readonly TaskMetric[];
  name: string;
}

async function scorerScores(
  deps: FinalScoresDeps,
  { evaluation, scoring, cases, metrics, name }: ScorerInput,
  signal: AbortSignal,
): Promise<FinalScores> {
  const { caseCount, phase, scorer, testSet: sealed } = evaluation;
  const testSet = await openTestSet(deps.key, deps.store.read, sealed);
  const blobs = await readPredictionBlobs(deps.db, evaluation.id);
  const { predictions, key } = deps;
  const outputs = new Map(
    [...blobs].map(([caseIndex, blob]) => [
      caseIndex,
      () => requirePrediction(predictions, key, { caseIndex, blob }),
    ]),
  );
  const results = await scoreByContainer(deps, { evaluation, scoring, testSet, outputs, name, signal });
  // A scorer's version is that of all its metrics.
  const versioned = metrics.map((metric) => ({ ...metric, version: scorer?.version ?? metric.version }));
  const judged = cases.map((one, index): RecordedCase => {
    return { ...one, metrics: one.status === 'SCORED' ? (results.cases.get(index) ?? {}) : {} };
  });
  const perCase = metricScores(
    judged,
    versioned.filter(({ over }) => over === 'case'),
    worstOf(phase.task, sealed.worst),
  );
  const failed = caseCount - outputs.size;
  const overSet = versioned
    .filter(({ over }) => over === 'set')
    .map((metric) =>
      setScore(metric, { value: results.aggregates[metric.key] ?? null, n: caseCount, failed }, null),
    );
  const succeeded = [...results.cases].filter(([index]) => outputs.has(index));
  return { scores: inOrder(metrics, [...perCase, ...overSet]), caseMetrics: new Map(succeeded), volumes: [] };
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
  for (let caseIndex = 0; caseIndex < caseCount; caseIndex++) {
    const blob = blobs.get(caseIndex);
    const outputs =
      blob === undefined
        ? null
        : scoredValues(context, await requirePrediction(predictions, key, { caseIndex, blob }));
    cases.push({ truths: await testSet.openTruths(caseIndex), outputs });
  }
  const failed = cases.filter(({ outputs }) => outputs === null).length;
  const weights = new Uint32Array(caseCount).fill(1);
  const draws = { caseCount, seed: phase.seed, replicates: REPLICATES };
  const scores: MetricScore[] = [];
  for (const metric of metrics) {
    const score = prepareSetScore(context, metric.key, cases);
    scores.push(
      setScore(metric, { value: score(weights), n: caseCount, failed }, replicateValues(score, draws)),
    );
    // The lease is renewed meanwhile, and other evaluations go on.
    await setImmediate();
  }
  return scores;
}
