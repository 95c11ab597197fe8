import { z } from 'zod';
import { METRIC_NAMES, METRICS } from '#lib/domain/metrics/metrics.ts';
import type { Task } from '#lib/domain/tasks/task.ts';

/** A metric of a phase and its weight in the ranking; weight 0 means shown, not ranked. */
export const phaseMetricSchema = z.strictObject({
  metric: z.enum(METRIC_NAMES),
  weight: z.number().min(0).max(1000),
});
export type PhaseMetric = z.infer<typeof phaseMetricSchema>;

/** "Dice (2); shown, not ranked: Sensitivity" */
export function describeMetrics(value: readonly PhaseMetric[]): string {
  const label = ({ metric }: PhaseMetric) => METRICS[metric].label;
  const ranked = value.filter(({ weight }) => weight > 0).map((one) => `${label(one)} (${one.weight})`);
  const shown = value.filter(({ weight }) => weight === 0).map(label);
  return [ranked.join(', '), ...(shown.length > 0 ? [`shown, not ranked: ${shown.join(', ')}`] : [])].join(
    '; ',
  );
}

/** Why a phase can't rank by these metrics; null if it can. */
export function findMetricsProblem(value: readonly PhaseMetric[], { task }: { task: Task }): string | null {
  const names = value.map(({ metric }) => metric);
  if (new Set(names).size < names.length) return 'A metric is named twice.';
  if (!value.some(({ weight }) => weight > 0)) {
    return 'At least one metric needs a weight above 0, or nothing is ranked.';
  }
  const counts = value.filter(({ weight }, place) => weight > 0 || place === 0);
  const needsMaps = counts.find(({ metric }) => METRICS[metric].undefinedWhere === 'noMaps');
  if (!needsMaps || (task.scoring.kind === 'segmentation' && task.scoring.probabilityMap)) return null;
  return `${needsMaps.metric} needs probability maps: name one in the task’s scoring, or give it weight 0 and not the first place.`;
}
