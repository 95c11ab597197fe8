import { z } from 'zod';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricOf } from '#lib/domain/tasks/task-metrics.ts';
import { listLabels, type PhaseMetric } from './phase-metrics.ts';
import type { Setting } from './setting.ts';

const metricSetSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .regex(/^[^\p{C}:,]+$/u, 'No colon and no comma'),
  /** Keys of metrics of the phase, in the order of the columns. */
  metrics: z.array(z.string().min(1).max(200)).min(1).max(20),
});
export type MetricSet = z.infer<typeof metricSetSchema>;

const metricSetsSchema = z
  .array(metricSetSchema)
  .max(8)
  .superRefine((sets, context) => {
    sets.forEach(({ name, metrics }, index) => {
      const complain = (message: string) => context.addIssue({ code: 'custom', path: [index], message });
      if (sets.findIndex((one) => one.name === name) !== index) complain('The name is taken.');
      if (new Set(metrics).size < metrics.length) complain('A metric is named twice.');
    });
  });

interface Rules {
  metrics: readonly PhaseMetric[];
  task: Task;
}

const metricSets: Setting<typeof metricSetsSchema, Rules> = {
  schema: metricSetsSchema,
  label: 'Metric sets',
  default: [],
  words: (value) => value.map(metricSetLine).join('; ') || 'none',
  description:
    'Metrics that the leaderboard can show by themselves: `{"name", "metrics"}` each, the metrics by their keys. The ranking stays by all ranked metrics.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Metric sets',
  phrase: (value, { task }) =>
    value
      .map(
        ({ name, metrics }) =>
          `${name} (${listLabels(metrics.map((metric) => metricOf(task, metric)?.label ?? metric))})`,
      )
      .join('; '),
  conflict(value, { metrics }) {
    const known = metrics.map(({ metric }) => metric);
    for (const set of value) {
      const unknown = set.metrics.find((metric) => !known.includes(metric));
      if (unknown !== undefined)
        return `The set ${set.name} has ${unknown}, which isn’t a metric of the phase. It has ${known.join(', ')}.`;
    }
    return null;
  },
};
export const METRIC_SET_SETTINGS = { metricSets };

/** "Lesions: lesion_f1, lesion_count_difference" */
export function metricSetLine({ name, metrics }: MetricSet): string {
  return `${name}: ${metrics.join(', ')}`;
}

/** Nothing is judged here. */
export function readMetricSetLine(line: string): MetricSet {
  const [, name, rest] = /^([^:]*):?(.*)$/.exec(line) ?? [];
  const metrics = (rest ?? '').split(',').map((metric) => metric.trim());
  return { name: (name ?? '').trim(), metrics: metrics.filter((metric) => metric !== '') };
}
