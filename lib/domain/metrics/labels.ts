import {
  type CaseFacts,
  isMetricName,
  isUndefined,
  METRIC_NAMES,
  METRICS,
  type MetricName,
  type TrueSizes,
  type TruthExtent,
  worstValues,
} from './metrics.ts';

/**
 * Masks with labels, such as tissues: every metric has a value for each label, and their mean is the value of
 * the metric. The key of a label's value is `metric@label`.
 *
 * Which labels count on a case follows from the truth alone, so that neither predicting nothing nor one stray
 * voxel decides it:
 * - A label that the truth has counts. If the prediction lacks it, the rules for empty masks apply.
 * - A label that neither mask has is null.
 * - A label that only the prediction has has a value, by the rules for empty masks, but its column leaves the case
 *   out for everyone. In the mean it counts only if it makes the mean worse.
 */

export interface MaskLabel {
  /** The value of the label's voxels; 0 is background. */
  value: number;
  name: string;
}

export type LabelKey = `${MetricName}@${string}`;
/** The mean over labels (or the value of a mask without labels), or the value of one label. */
export type MetricKey = MetricName | LabelKey;

export function labelKey(metric: MetricName, label: string): LabelKey {
  return `${metric}@${label}`;
}

/** The parts of a key, with a null label for the metric itself; null if it is no key of a known metric. */
export function parseMetricKey(key: string): { metric: MetricName; label: string | null } | null {
  const at = key.indexOf('@');
  const [metric, label] = at === -1 ? [key, null] : [key.slice(0, at), key.slice(at + 1)];
  return isMetricName(metric) && label !== '' ? { metric, label } : null;
}

/** The keys of the metrics: each metric, followed by its labels. */
export function metricKeys(metrics: readonly MetricName[], labels: readonly MaskLabel[]): MetricKey[] {
  return metrics.flatMap((metric) => [metric, ...labels.map(({ name }) => labelKey(metric, name))]);
}

/**
 * Whether no prediction has a value that counts, so that the case is left out of the column for every team. For a
 * label: the truth lacks it, or the metric is undefined on it. For the mean: no label counts.
 *
 * @throws Error if the facts are those of a mask without labels, which is a bug of the caller.
 */
export function isUndefinedWithLabels(key: MetricKey, { truth }: Pick<CaseFacts, 'truth'>): boolean {
  const parsed = parseMetricKey(key);
  if (parsed === null || !truth?.labels) throw new Error(`Whether ${key} has a value depends on labels.`);
  const { metric, label } = parsed;
  const { labels } = truth;
  if (label !== null) return !countsOnTruth(metric, labels[label]?.voxels ?? 0, truth);
  return !Object.values(labels).some(({ voxels }) => countsOnTruth(metric, voxels, truth));
}

/** A probability map doesn't say which label it means, so its metrics are undefined on labels. */
function countsOnTruth(
  metric: MetricName,
  voxels: number,
  { gridVoxels, hasMillimetres }: Omit<TrueSizes, 'voxels'>,
): boolean {
  if (voxels === 0 || METRICS[metric].undefinedWhere === 'noMaps') return false;
  return !isUndefined(metric, {
    truth: { voxels, gridVoxels, hasMillimetres },
    takesProbabilityMaps: false,
  });
}

/** The value of a metric on one label of a case. */
export interface LabelValue {
  value: number | null;
  /** Voxels of the label. */
  truth: number;
  prediction: number;
}

/**
 * The mean of a metric over the labels of a case; null if no label counts. A label that only the prediction has
 * counts as long as it makes the mean worse, the worst of them first. So it never pays to predict one, and the
 * mean doesn't depend on how many labels a prediction leaves out.
 *
 * @param grid its diagonal stands for a distance that has no value because one of the two masks is empty: no
 *   distance on the grid is larger.
 */
export function meanOverLabels(
  metric: MetricName,
  labels: readonly LabelValue[],
  grid: Pick<TruthExtent, 'gridVoxels' | 'diagonalMm' | 'hasMillimetres'>,
): number | null {
  const { unit, better } = METRICS[metric];
  const numberOf = ({ value }: LabelValue) => value ?? (unit === 'mm' ? grid.diagonalMm : null);
  const counting = labels
    .filter(({ truth }) => countsOnTruth(metric, truth, grid))
    .map(numberOf)
    .filter((value) => value !== null);
  if (counting.length === 0) return null;
  const isWorse = (a: number, b: number) => (better === 'higher' ? a < b : a > b);
  const spurious = labels
    .filter(({ truth, prediction }) => truth === 0 && prediction > 0)
    .map(numberOf)
    .filter((value) => value !== null)
    .sort((a, b) => (isWorse(a, b) ? -1 : isWorse(b, a) ? 1 : 0));
  let sum = counting.reduce((total, value) => total + value, 0);
  let count = counting.length;
  for (const value of spurious) {
    if (!isWorse(value, sum / count)) break;
    sum += value;
    count += 1;
  }
  return sum / count;
}

/**
 * The worst value of every key. A label's follows from its own extents. The mean's is the worst of its labels',
 * because on a case with one label the mean is the value of that label, and failing must not score better.
 */
export function worstLabelValues(
  extents: readonly TruthExtent[],
  labels: readonly MaskLabel[],
): Record<MetricKey, number> {
  const ofLabels = labels.map(({ name }) => ({
    name,
    worst: worstValues(extents.map((extent) => ({ ...extent, ...labelExtent(extent, name) }))),
  }));
  const entries = METRIC_NAMES.flatMap((metric): [MetricKey, number][] => [
    [metric, Math.max(...ofLabels.map(({ worst }) => worst[metric]))],
    ...ofLabels.map(({ name, worst }): [MetricKey, number] => [labelKey(metric, name), worst[metric]]),
  ]);
  return Object.fromEntries(entries) as Record<MetricKey, number>;
}

function labelExtent({ labels }: TruthExtent, name: string) {
  const extent = labels?.[name];
  if (extent === undefined) throw new Error(`The facts of a truth lack the label ${name}.`);
  return extent;
}
