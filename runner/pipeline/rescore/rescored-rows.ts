import { metricScores, setScore } from '#lib/domain/evaluations/metric-scores.ts';
import { isWhole } from '#lib/domain/evaluations/rescore.ts';
import type { MetricVersions } from '#lib/domain/evaluations/rescoring.ts';
import { requireMetric, worstOf } from '#lib/domain/tasks/task-metrics.ts';
import type { RescoredRow } from '#lib/evaluations/store-rescoring.ts';
import type { Evaluations, PhaseToRescore, Rescored } from './rescored.ts';

/** The metrics with the versions that scores have now. A scorer's version is that of all its metrics. */
function currentMetrics({ task, metrics, scorer }: PhaseToRescore) {
  return metrics.map(({ metric }) => {
    const found = requireMetric(task, metric);
    return { ...found, version: scorer?.version ?? found.version };
  });
}

export function currentVersions(phase: PhaseToRescore): MetricVersions {
  return Object.fromEntries(currentMetrics(phase).map(({ key, version }) => [key, version]));
}

/**
 * The scores to store, of the evaluations that were rescored as a whole. The others keep theirs, and leave the leaderboard
 * when the rescoring is published.
 */
export function rescoredRows(
  phase: PhaseToRescore,
  evaluations: Evaluations,
  rescored: readonly Rescored[],
): RescoredRow[] {
  return evaluations.flatMap(({ id, caseScores }, index) => {
    const own = rescored[index]!;
    if (!isWhole(own, phase)) return [];
    const after = own.cases.map((one) => one.after);
    const recorded = new Map(caseScores.map((row) => [row.caseIndex, row]));
    return [
      {
        evaluationId: id,
        scores: scoresOf(phase, own),
        cases: own.cases.map(({ reason }, caseIndex) => {
          const { code = null, message = null } = reason ?? recorded.get(caseIndex) ?? {};
          return { caseIndex, ...after[caseIndex]!, code, message };
        }),
      },
    ];
  });
}

function scoresOf(phase: PhaseToRescore, { cases, sets, replicates }: Rescored): RescoredRow['scores'] {
  const metrics = currentMetrics(phase);
  const after = cases.map((one) => one.after);
  const perCase = metricScores(
    after,
    metrics.filter(({ over }) => over === 'case'),
    worstOf(phase.task, phase.testSet!.worst),
  );
  const failed = after.filter(({ status }) => status !== 'SCORED').length;
  const overSet = metrics
    .filter(({ over }) => over === 'set')
    .map((metric) =>
      setScore(
        metric,
        { value: sets[metric.key] ?? null, n: after.length, failed },
        replicates?.[metric.key] ?? null,
      ),
    );
  return [...perCase, ...overSet];
}
