import { align } from '#cli/align.ts';
import type { Aggregate } from '#lib/domain/metrics/aggregate.ts';
import { METRIC_NAMES, METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import type { FolderScore, ScoredCase } from './score-folder.ts';

/** Metrics in the table of cases, one of each kind. The table below it and the JSON have all metrics. */
const CASE_METRICS = [
  'dice',
  'volume_difference',
  'lesion_count_difference',
  'lesion_f1',
  'hd95',
  'nsd_1mm',
] as const;

/** The scores of a folder as two plain tables: case by case, then over all cases. */
export function scoreTables({ cases, aggregates }: FolderScore): string {
  return `${align([['case', ...CASE_METRICS.map(heading), ''], ...cases.map(caseRow)])}\n\n${align([
    ['over all cases', 'mean', 'sd', 'median', 'min', 'max', 'n', 'failed'],
    ...METRIC_NAMES.filter((name) => aggregates[name].n > 0).map((name) =>
      aggregateRow(name, aggregates[name]),
    ),
  ])}\n`;
}

function heading(name: MetricName): string {
  const { unit } = METRICS[name];
  return unit === '1' ? name : `${name} (${unit})`;
}

function caseRow({ case: name, status, code, message, metrics }: ScoredCase): string[] {
  if (status !== 'scored') return [name, ...CASE_METRICS.map(() => '–'), `${status} ${code}: ${message}`];
  return [name, ...CASE_METRICS.map((metric) => format(metric, metrics[metric] ?? null)), ''];
}

function aggregateRow(name: MetricName, { mean, sd, median, min, max, n, failed }: Aggregate): string[] {
  return [
    heading(name),
    ...[mean, sd, median, min, max].map((value) => format(name, value)),
    `${n}`,
    `${failed}`,
  ];
}

function format(name: MetricName, value: number | null): string {
  return value === null ? '–' : value.toFixed(METRICS[name].decimals);
}
