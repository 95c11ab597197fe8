import type { ScoreTable } from './table.ts';

/** The ranking for one sample of the cases. Arrays are in the order of the submissions (and of the metrics). */
export interface Ranking {
  /** Weighted mean of the ranks, rounded to 10 decimals. */
  meanRanks: Float64Array;
  /** Integers from 1; ties share the lowest rank. */
  ranks: Float64Array;
  /** Means per metric, in its unit and not rounded; null if no case of the sample counts for it. */
  means: (Float64Array | null)[];
}

/** Ranks one table, as often as a bootstrap asks for it. */
export interface Ranker {
  /**
   * @param sampleCounts one entry per case, how often it counts: 1 everywhere gives the ranking itself, anything else a
   * replicate.
   */
  rank(sampleCounts: Uint32Array): Ranking;
  /** Ranks by each metric alone, over all cases; null if no case counts for it. */
  metricRanks(): (Float64Array | null)[];
}

/**
 * Prepares what is the same in all samples. If no sampled case counts for a metric, the other metrics share its weight; if
 * that is true of all metrics, all submissions tie.
 *
 * @throws Error if no metric has a weight above 0, or one has a negative weight.
 */
export type RankingMethod = (table: ScoreTable) => Ranker;

export function assertWeights({ columns }: ScoreTable): void {
  const weights = columns.map(({ metric }) => metric.weight);
  if (weights.some((weight) => !(weight >= 0)) || !weights.some((weight) => weight > 0)) {
    throw new Error(`Weights must be ≥ 0 and at least one above 0, not ${weights.join(', ')}.`);
  }
}

/** 1 for each case. */
export function allCases({ caseCount }: ScoreTable): Uint32Array {
  return new Uint32Array(caseCount).fill(1);
}
