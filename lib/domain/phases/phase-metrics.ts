import { z } from 'zod';
import type { Task } from '#lib/domain/tasks/task.ts';
import { mayRank, metricOf, metricsOf, requireMetric } from '#lib/domain/tasks/task-metrics.ts';

/** A metric of a phase and its weight in the ranking; weight 0 means shown, not ranked. */
export const phaseMetricSchema = z.strictObject({
  /** A key of lib/domain/tasks/task-metrics.ts. */
  metric: z.string().min(1).max(200),
  weight: z.number().min(0).max(1000),
});
export type PhaseMetric = z.infer<typeof phaseMetricSchema>;

/** "Dice (2); shown, not ranked: Sensitivity" */
export function describeMetrics(value: readonly PhaseMetric[], { task }: { task: Task }): string {
  const label = ({ metric }: PhaseMetric) => metricOf(task, metric)?.label ?? metric;
  const ranked = value.filter(({ weight }) => weight > 0).map((one) => `${label(one)} (${one.weight})`);
  const shown = value.filter(({ weight }) => weight === 0).map(label);
  const parts = [
    listLabels(ranked),
    ...(shown.length > 0 ? [`shown, not ranked: ${listLabels(shown)}`] : []),
  ];
  return parts.join('; ');
}

/** "Dice, Lesion F1" */
export function describeRanked({ metrics, task }: { metrics: readonly PhaseMetric[]; task: Task }): string {
  const ranked = metrics.filter(({ weight }) => weight > 0);
  return listLabels(ranked.map(({ metric }) => metricOf(task, metric)?.label ?? metric));
}

/** With semicolons where a label has a comma. */
export function listLabels(labels: readonly string[]): string {
  return labels.join(labels.some((label) => label.includes(',')) ? '; ' : ', ');
}

/** Why a phase can't rank by these metrics; null if it can. */
export function findMetricsProblem(value: readonly PhaseMetric[], { task }: { task: Task }): string | null {
  const names = value.map(({ metric }) => metric);
  const unknown = names.find((name) => metricOf(task, name) === null);
  if (unknown !== undefined) {
    const known = metricsOf(task).map(({ key }) => key);
    return `The task has no metric "${unknown}". It has ${known.slice(0, 40).join(', ')}${known.length > 40 ? ', …' : ''}.`;
  }
  if (new Set(names).size < names.length) return 'A metric is named twice.';
  if (!value.some(({ weight }) => weight > 0)) {
    return 'At least one metric needs a weight above 0, or nothing is ranked.';
  }
  const counts = value.filter(({ weight }, place) => weight > 0 || place === 0);
  const needsMaps = counts.find(({ metric }) => metricOf(task, metric)!.needsProbabilityMap);
  if (needsMaps && !(task.scoring.kind === 'segmentation' && task.scoring.probabilityMap)) {
    return `${needsMaps.metric} needs probability maps: name one in the task’s scoring, or give it weight 0 and not the first place.`;
  }
  const unranked = counts.find(({ metric }) => !mayRank(metricOf(task, metric)!));
  if (!unranked) return null;
  return `${unranked.metric} has no better and worse that could be ranked: give it weight 0 and not the first place.`;
}

/** Why a phase can't rank on each case by these metrics; null if it can. */
export function findCaseRankingProblem({
  task,
  metrics,
}: {
  task: Task;
  metrics: readonly PhaseMetric[];
}): string | null {
  const ranks = metrics.some(({ metric, weight }) => weight > 0 && metricOf(task, metric)?.over === 'case');
  return ranks
    ? null
    : 'Teams are ranked on each case only by metrics that a case has a value of: give one of them a weight above 0.';
}

/** Whether scores need what containers wrote once more when all cases are done. */
export function needsOutputsAtEnd({
  task,
  metrics,
}: {
  task: Task;
  metrics: readonly PhaseMetric[];
}): boolean {
  const { kind } = task.scoring;
  if (kind === 'container') return true;
  return kind === 'values' && metrics.some(({ metric }) => requireMetric(task, metric).over === 'set');
}
