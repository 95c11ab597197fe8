import {
  type Aggregate,
  aggregateCases,
  caseValue,
  type RecordedCase,
  roundScore,
} from '#lib/domain/metrics/aggregate.ts';
import { encodeReplicates } from '#lib/domain/ranking/replicates.ts';
import type { TaskMetric } from '#lib/domain/tasks/task-metrics.ts';
import { encodeCaseValues } from './case-values.ts';

/** What is stored of one metric when an evaluation is scored. */
export interface MetricScore extends Aggregate {
  metric: string;
  version: number;
  /** By `encodeCaseValues`; null of a metric over the set. */
  caseValues: Uint8Array<ArrayBuffer> | null;
  /** Of a metric over the set that can be computed for other samples of the cases, by `encodeReplicates`. */
  replicates?: Uint8Array<ArrayBuffer>;
}

/**
 * The score of a metric over the set: one value.
 *
 * @param replicates by `replicateValues`; null if only the value is known.
 */
export function setScore(
  { key, version }: Pick<TaskMetric, 'key' | 'version'>,
  { value, n, failed }: { value: number | null; n: number; failed: number },
  replicates: Float64Array | null,
): MetricScore {
  const spread = { sd: null, median: null, q1: null, q3: null, min: null, max: null };
  return {
    ...{ metric: key, version, ...spread, n, failed, caseValues: null },
    mean: value === null ? null : roundScore(value),
    ...(replicates && { replicates: encodeReplicates(replicates) }),
  };
}

/**
 * The scores of an evaluation (scoring.md, "From cases to a score").
 *
 * @param cases of the whole test set, in its order.
 * @param worst the declared worst value of each metric, in its unit.
 * @throws Error if `worst` lacks a metric.
 */
export function metricScores(
  cases: readonly RecordedCase[],
  metrics: readonly Pick<TaskMetric, 'key' | 'version'>[],
  worst: Readonly<Record<string, number>>,
): MetricScore[] {
  return metrics.map(({ key: metric, version }) => {
    const declared = worst[metric];
    if (declared === undefined) throw new Error(`The test set declares no worst value for ${metric}.`);
    const values = cases.map((one) => caseValue(one, metric));
    const caseValues = encodeCaseValues(cases, metric);
    return { metric, version, ...aggregateCases(values, declared), caseValues };
  });
}
