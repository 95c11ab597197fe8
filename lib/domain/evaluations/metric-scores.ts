import {
  type Aggregate,
  aggregateCases,
  caseValue,
  type RecordedCase,
} from '#lib/domain/metrics/aggregate.ts';
import { METRICS, type MetricName } from '#lib/domain/metrics/metrics.ts';
import { encodeCaseValues } from './case-values.ts';

/** What is stored of one metric when an evaluation is scored. */
export interface MetricScore extends Aggregate {
  metric: string;
  version: number;
  /** By `encodeCaseValues`. */
  caseValues: Uint8Array;
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
  metrics: readonly MetricName[],
  worst: Readonly<Record<string, number>>,
): MetricScore[] {
  return metrics.map((metric) => {
    const declared = worst[metric];
    if (declared === undefined) throw new Error(`The test set declares no worst value for ${metric}.`);
    const values = cases.map((one) => caseValue(one, metric));
    const caseValues = encodeCaseValues(cases, metric);
    return { metric, version: METRICS[metric].version, ...aggregateCases(values, declared), caseValues };
  });
}
