import type { LeaderboardMetric, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { VALUE_METRICS, type ValueMetricName } from '#lib/domain/metrics/values/value-metrics.ts';
import { parseValueKey } from '#lib/domain/tasks/task-metrics.ts';

/** Short labels for column headings, which are narrow. */
const SHORT: Readonly<Record<string, string>> = {
  volume_difference: 'Vol. diff.',
  volume_difference_voxels: 'Voxel diff.',
  lesion_count_difference: 'Count diff.',
  lesion_f1: 'Lesion F1',
  lesion_f1_iou25: 'F1, IoU 0.25',
  lesion_f1_greedy25: 'F1, greedy',
  sensitivity: 'Sensit.',
  specificity: 'Specif.',
  hd95: 'HD95',
  hd: 'HD',
  assd: 'ASSD',
  nsd_1mm: 'NSD 1 mm',
  nsd_2mm: 'NSD 2 mm',
  pr_auc_trapezoid: 'PR trapez.',
};

/** The same of metrics of values, which stand before the title of their output. */
const SHORT_OF_VALUES: Partial<Record<ValueMetricName, string>> = {
  mae: 'MAE',
  rmse: 'RMSE',
  pearson: 'Pearson',
  spearman: 'Spearman',
  lins_concordance: 'Lin’s CCC',
  balanced_accuracy: 'Bal. acc.',
  average_precision: 'Avg. precision',
  brier_score: 'Brier',
  calibration_slope: 'Calib. slope',
};

export function shortLabel(metric: Pick<LeaderboardMetric, 'metric' | 'label'>): string {
  const name = parseValueKey(metric.metric)?.metric;
  const short = name && SHORT_OF_VALUES[name];
  if (short) return metric.label.replace(VALUE_METRICS[name].label, short);
  return SHORT[metric.metric] ?? metric.label;
}

/** "↑" if higher is better. */
export function direction({ better }: Pick<LeaderboardMetric, 'better'>): string {
  return { higher: '↑', lower: '↓', 'closer to 1': '→1' }[better];
}

/** The unit to show after a number: none for fractions, nor for lesion counts, whose name says it. */
export function unitOf(metric: { unit: string }): string {
  return metric.unit === '1' || metric.unit === 'lesions' ? '' : metric.unit;
}

/** "median", "all cases"; '' for a mean, which goes without saying. */
export function averageShown(
  { over }: Pick<LeaderboardMetric, 'over'>,
  summary: LeaderboardView['summary'],
): string {
  if (over === 'set') return 'all cases';
  return summary === 'MEDIAN' ? 'median' : '';
}

/** "6-conn. v2", "v1" */
export function versionOf(metric: { version: number; connectivity: number | null }): string {
  return `${metric.connectivity === null ? '' : `${metric.connectivity}-conn. `}v${metric.version}`;
}

/** "Dice, higher is better, version 1" */
export function spokenLabel(metric: LeaderboardMetric): string {
  const unit = unitOf(metric);
  const connectivity = metric.connectivity === null ? '' : `, ${metric.connectivity}-connectivity`;
  return `${metric.label}${unit ? ` in ${unit}` : ''}${connectivity}, ${metric.better} is better, version ${metric.version}`;
}

/** The decimals that the phase discloses, but no more than are useful in a table. CSV and JSON have them all. */
export function decimalsShown(
  { decimals }: Pick<LeaderboardMetric, 'decimals'>,
  phaseDecimals: number,
): number {
  return Math.min(phaseDecimals, decimals);
}

/** The same for a single case, where counts are whole numbers. */
export function caseDecimalsShown(metric: LeaderboardMetric, phaseDecimals: number): number {
  const isCount = metric.unit === 'lesions' || metric.unit === 'voxels';
  return isCount ? 0 : decimalsShown(metric, phaseDecimals);
}
