import { labelKey, metricKeys, parseMetricKey } from '#lib/domain/metrics/labels.ts';
import { isMetricName, METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import {
  isValueMetricName,
  takesKinds,
  VALUE_METRIC_NAMES,
  VALUE_METRICS,
  type ValueKind,
  type ValueMetricDefinition,
  type ValueMetricName,
} from '#lib/domain/metrics/values/value-metrics.ts';
import type { DeclaredMetric } from './declared-metrics.ts';
import type { Socket } from './sockets.ts';
import type { Task } from './task.ts';

/**
 * The metrics that a task can be scored by, under the keys that phases, scores and test sets use:
 *
 * - `dice`: of a mask; with labels, the mean over them
 * - `dice@edema`: of a label
 * - `mae:recovery`: of the output with that slug
 * - the name that a phase declares for a metric of its scorer
 */
export interface TaskMetric {
  key: string;
  /** Used as a heading. */
  label: string;
  /** '1' is a number without a unit. */
  unit: string;
  /** What is closest to 1 can't be ranked by. */
  better: 'higher' | 'lower' | 'closer to 1';
  version: number;
  /** Smallest and largest possible value; null where there is none. */
  range: readonly [number | null, number | null];
  /** Decimals to display. */
  decimals: number;
  hasConnectivity: boolean;
  /** Whether each case has a value, or only all cases together. */
  over: 'case' | 'set';
  /** A single number that a scorer wrote can't be computed again for other cases. */
  hasInterval: boolean;
  needsProbabilityMap: boolean;
  meaning: string;
  /** What a failed case counts as; null of a mask, where METRICS says. */
  failed: string | null;
  /** The definition as one line of text; null for an organizer's metric. */
  formula: string | null;
  source: string | null;
  /** Worked by hand; of values only. */
  example: ValueMetricDefinition['example'] | null;
}

/** Every metric of the task, in the order of the registries. */
export function metricsOf(task: Task): TaskMetric[] {
  const { scoring, outputs } = task;
  switch (scoring.kind) {
    case 'segmentation':
      return metricKeys(METRIC_NAMES, scoring.labels ?? []).flatMap((key) => metricOf(task, key) ?? []);
    case 'values':
      return scoring.outputs.flatMap((slug) => {
        const output = outputs.find((socket) => socket.slug === slug);
        return VALUE_METRIC_NAMES.flatMap((name) => (output && ofOutput(name, output, scoring)) ?? []);
      });
    case 'container':
      return scoring.metrics.map(ofScorer);
  }
}

/** The metric of a key; null if the task has none of that key. */
export function metricOf({ scoring, outputs }: Task, key: string): TaskMetric | null {
  switch (scoring.kind) {
    case 'segmentation': {
      const parsed = parseMetricKey(key);
      if (!parsed) return null;
      const { metric, label } = parsed;
      const labels = scoring.labels ?? [];
      if (label === null) return ofMask(metric, null, labels.length > 0);
      return labels.some(({ name }) => name === label) ? ofMask(metric, label, true) : null;
    }
    case 'values': {
      const parsed = parseValueKey(key);
      const output = parsed && outputs.find(({ slug }) => slug === parsed.output);
      return output && scoring.outputs.includes(output.slug)
        ? ofOutput(parsed.metric, output, scoring)
        : null;
    }
    case 'container': {
      const declared = scoring.metrics.find(({ name }) => name === key);
      return declared ? ofScorer(declared) : null;
    }
  }
}

/** @throws Error if the task has no such metric, which a phase's validation rules out. */
export function requireMetric(task: Task, key: string): TaskMetric {
  const metric = metricOf(task, key);
  if (!metric) throw new Error(`The task has no metric ${key}.`);
  return metric;
}

/**
 * The values of failed cases by key: those that were fixed when the test set was sealed, and those that the task
 * declares for the metrics of an organizer's scorer.
 */
export function worstOf({ scoring }: Task, sealed: Readonly<Record<string, number>>): Record<string, number> {
  if (scoring.kind !== 'container') return { ...sealed };
  return Object.fromEntries(scoring.metrics.map(({ name, worst }) => [name, worst]));
}

export type ValueKey = `${ValueMetricName}:${string}`;

export function valueKey(metric: ValueMetricName, output: string): ValueKey {
  return `${metric}:${output}`;
}

/** The parts of a key; null if it is none of a known metric of values. */
export function parseValueKey(key: string): { metric: ValueMetricName; output: string } | null {
  const colon = key.indexOf(':');
  const metric = key.slice(0, Math.max(0, colon));
  return isValueMetricName(metric) ? { metric, output: key.slice(colon + 1) } : null;
}

/** What the truth of an output is: of the kind of the output, unless the task says otherwise. */
export function truthKind({ slug, kind }: Pick<Socket, 'slug' | 'kind'>, scoring: ValuesScoring): ValueKind {
  return scoring.truthKinds?.[slug] ?? (kind as ValueKind);
}
type ValuesScoring = Extract<Task['scoring'], { kind: 'values' }>;

function ofMask(name: MetricName, label: string | null, hasLabels: boolean): TaskMetric {
  const { label: heading, undefinedWhere, ...metric } = METRICS[name];
  const ofWhat = label ?? (hasLabels ? 'mean over labels' : null);
  return {
    key: label === null ? name : labelKey(name, label),
    label: ofWhat === null ? heading : `${heading}, ${ofWhat}`,
    unit: metric.unit,
    better: metric.better,
    version: metric.version,
    range: metric.range,
    decimals: metric.decimals,
    hasConnectivity: metric.hasConnectivity,
    over: 'case',
    hasInterval: true,
    needsProbabilityMap: undefinedWhere === 'noMaps',
    meaning: metric.meaning,
    failed: null,
    formula: metric.formula,
    source: metric.source,
    example: null,
  };
}

function ofOutput(name: ValueMetricName, output: Socket, scoring: ValuesScoring): TaskMetric | null {
  const metric = VALUE_METRICS[name];
  if (!takesKinds(name, truthKind(output, scoring), output.kind as ValueKind)) return null;
  const isOnly = scoring.outputs.length === 1;
  return {
    key: valueKey(name, output.slug),
    label: isOnly ? metric.label : `${metric.label}, ${output.title}`,
    unit: unitOf(metric.unit, output.unit),
    better: metric.better,
    version: metric.version,
    range: metric.range,
    decimals: metric.decimals,
    hasConnectivity: false,
    over: metric.over,
    hasInterval: true,
    needsProbabilityMap: false,
    meaning: metric.meaning,
    failed: metric.failed,
    formula: metric.formula,
    source: metric.source,
    example: metric.example,
  };
}

function unitOf(unit: '1' | 'output' | 'output²', ofOutputs: string | undefined): string {
  if (unit === '1' || ofOutputs === undefined) return '1';
  return unit === 'output' ? ofOutputs : `${ofOutputs}²`;
}

function ofScorer({ name, title, unit, ...metric }: DeclaredMetric): TaskMetric {
  return {
    key: name,
    label: title,
    unit: unit === '' ? '1' : unit,
    better: metric.better,
    version: 1,
    range: metric.range,
    decimals: metric.decimals,
    hasConnectivity: false,
    over: metric.case === undefined ? 'set' : 'case',
    hasInterval: metric.case !== undefined,
    needsProbabilityMap: false,
    meaning: metric.meaning,
    failed: `${metric.worst}`,
    formula: null,
    source: null,
    example: null,
  };
}

/**
 * Whether the metric is a single number that an organizers' scorer wrote for all cases that succeeded. Once a case has
 * failed, it counts as its worst value, because only the scorer knows what that case would have changed.
 */
export function isAggregate({ over, hasInterval }: Pick<TaskMetric, 'over' | 'hasInterval'>): boolean {
  return over === 'set' && !hasInterval;
}

/** Whether a phase may rank by the metric. */
export function mayRank({ better }: Pick<TaskMetric, 'better'>): boolean {
  return better !== 'closer to 1';
}

/** The name in the registry of masks: `dice` of `dice@edema`. */
export function maskMetricName(key: string): MetricName {
  const name = parseMetricKey(key)?.metric ?? key;
  if (!isMetricName(name)) throw new Error(`${key} is no metric of masks.`);
  return name;
}
