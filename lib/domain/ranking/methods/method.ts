import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { type Better, rankScores } from '#lib/domain/ranking/ranks.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';

/** How submissions are ranked. A phase chooses one of the first two; the third is shown beside them. */
export type MethodName = PhaseRules['ranking'] | 'TEST_BASED';

/** How often each case counts: once for the ranking itself, as often as it was drawn for a replicate. */
export interface CaseSample {
  /** One entry per case. */
  counts: Uint32Array;
  /** Index of the replicate (replicates.ts), whose values of metrics over the set are known; null for the ranking itself. */
  replicate: number | null;
}

/** The ranking for one sample of the cases. Arrays are in the order of the submissions (and of the metrics). */
export interface Ranking {
  /** Weighted mean of the ranks, rounded to 10 decimals; lower is better. */
  scores: Float64Array;
  /** Integers from 1; ties share the lowest rank. */
  ranks: Float64Array;
  /** What `metricScores` are. */
  metricScoreIs: 'summary' | 'meanRank' | 'winShare';
  /**
   * What the method ranks each metric by: the mean, median or value over the set; the mean rank; or the share of the others
   * that a submission significantly beats. Null if no case counts for the metric, or the method can't rank by it.
   */
  metricScores(): (Float64Array | null)[];
}

/** Ranks a sample of the cases, as often as a bootstrap asks for it. */
export type Resample = (sample: CaseSample) => Ranking;

export interface Ranker {
  /** The ranking by all cases. */
  ranking: Ranking;
  /** Null where cases that count twice would fake evidence. */
  resample: Resample | null;
}

/** A method whose ranking can be drawn again and again. */
export interface ResampledRanker extends Ranker {
  resample: Resample;
}

/** Ranks by each metric alone; null if no case counts for it, or the method can't rank by it. */
export function metricRanks({ columns }: ScoreTable, ranking: Ranking): (Float64Array | null)[] {
  return ranking
    .metricScores()
    .map((scores, m) => scores && rankScores(scores, metricScoreOrder(ranking, columns[m]!.metric.better)));
}

function metricScoreOrder({ metricScoreIs }: Ranking, better: Better): Better {
  if (metricScoreIs === 'summary') return better;
  return metricScoreIs === 'meanRank' ? 'lower' : 'higher';
}

/** @throws Error if no metric has a weight above 0, or one has a negative weight. */
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
