import {
  type LabelValue,
  labelKey,
  type MaskLabel,
  type MetricKey,
  meanOverLabels,
} from '#lib/domain/metrics/labels.ts';
import { METRICS, type MetricName, type TruthExtent } from '#lib/domain/metrics/metrics.ts';
import type { Volume } from '#runner/imaging/volume.ts';
import { type Connectivity, componentsOf } from './geometry/components.ts';
import { labelRunLengthsOf } from './geometry/label-run-lengths.ts';
import type { RunLengths } from './geometry/run-lengths.ts';
import { maskMetrics } from './mask-metrics.ts';

/** A mask with labels, prepared for scoring. */
export interface LabelledMask {
  volume: Volume;
  /** In the order of the labels. */
  runLengths: readonly RunLengths[];
}

interface LabelScoring {
  labels: readonly MaskLabel[];
  extent: TruthExtent;
  connectivity: Connectivity;
  requested: ReadonlySet<MetricName>;
}

/**
 * Every requested metric for each label, as for a mask of that label's voxels, and their mean. A label that neither
 * mask has is null; lib/domain/metrics/labels.ts says which labels count in the mean.
 *
 * @param prediction on the grid of the truth.
 * @throws SubmissionError NOT_BINARY or NOT_FINITE.
 */
export function labelMetrics(
  truth: LabelledMask,
  prediction: Volume,
  { labels, extent, connectivity, requested }: LabelScoring,
): Partial<Record<MetricKey, number | null>> {
  const predicted = labelRunLengthsOf(
    prediction,
    labels.map(({ value }) => value),
  );
  const ofLabels = labels.map(({ name }, place) => {
    const [t, p] = [truth.runLengths[place]!, predicted[place]!];
    const isAbsent = t.voxels === 0 && p.voxels === 0;
    const withLesions = (runLengths: RunLengths) => ({
      runLengths,
      lesions: componentsOf(runLengths, connectivity),
    });
    const metrics = isAbsent ? {} : maskMetrics(withLesions(t), withLesions(p), truth.volume, requested);
    return { name, truth: t.voxels, prediction: p.voxels, metrics };
  });
  const entries = [...requested].flatMap((metric): [MetricKey, number | null][] => {
    // A probability map doesn't say which label it means.
    const isOfMap = METRICS[metric].undefinedWhere === 'noMaps';
    const values = ofLabels.map(({ metrics, ...label }): LabelValue & { name: string } => ({
      ...label,
      value: isOfMap ? null : (metrics[metric] ?? null),
    }));
    return [
      [metric, meanOverLabels(metric, values, extent)],
      ...values.map(({ name, value }): [MetricKey, number | null] => [labelKey(metric, name), value]),
    ];
  });
  return Object.fromEntries(entries) as Partial<Record<MetricKey, number | null>>;
}
