import type { ScoreTable } from './table.ts';

/** How often each case counts: once for the ranking itself, as often as it was drawn for a replicate. */
export interface CaseSample {
  /** One entry per case. */
  counts: Uint32Array;
  /** Index of the replicate (replicates.ts), whose values of metrics over the set are known; null for the ranking itself. */
  replicate: number | null;
}

/** The ranking for one sample of the cases. Arrays are in the order of the submissions (and of the metrics). */
export interface Ranking {
  /** Weighted mean of the ranks, rounded to 10 decimals. */
  meanRanks: Float64Array;
  /** Integers from 1; ties share the lowest rank. */
  ranks: Float64Array;
  /** Mean or median per metric, or its value over the set: `Summarize`. */
  values: (Float64Array | null)[];
}

/** Ranks one table, as often as a bootstrap asks for it. */
export interface Ranker {
  rank(sample: CaseSample): Ranking;
  /** Ranks by each metric alone, over all cases; null if no case counts for it, or the method can't rank by it. */
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

/** Every case once. */
export function allCases({ caseCount }: Pick<ScoreTable, 'caseCount'>): CaseSample {
  return { counts: new Uint32Array(caseCount).fill(1), replicate: null };
}
