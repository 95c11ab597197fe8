import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { sharedRanks } from './ranks.ts';
import type { MetricColumn, ScoreTable } from './table.ts';

/**
 * What a ranking method makes of one draw of the cases. Arrays are in the order of the submissions (and of
 * the metrics). Other methods (`rank-then-aggregate`) give the same, so that the board and the bootstrap
 * need not know which one they call.
 */
export interface Ranking {
  /** Weighted mean of the metric ranks, rounded to 10 decimals. */
  meanRanks: Float64Array;
  /** Whole ranks from 1; ties share the lowest. */
  ranks: Float64Array;
  metrics: MetricRanking[];
}

/** One metric in a ranking; null where no case of the draw counts for it. */
export type MetricRanking = { means: Float64Array; ranks: Float64Array } | null;

/**
 * A method ranks the table with each case counted as often as it was drawn.
 *
 * @param draws one entry a case: 1 everywhere is the ranking itself, anything else a replicate.
 */
export type RankingMethod = (table: ScoreTable, draws: Uint32Array) => Ranking;

/**
 * `aggregate-then-rank`: mean per metric, rank per metric, weighted mean of the metric ranks, ranked again
 * (scoring.md, "Ranking"). A metric for which no drawn case counts leaves its weight to the others; if none
 * is left, everybody ties.
 *
 * @throws Error where no metric has a weight above 0, or one has a weight below.
 */
export function aggregateThenRank(table: ScoreTable, draws: Uint32Array): Ranking {
  assertWeights(table);
  const metrics = table.columns.map((column) => rankMetric(column, table.submissionCount, draws));
  const meanRanks = new Float64Array(table.submissionCount);
  let weightSum = 0;
  metrics.forEach((ranking, index) => {
    const { weight } = table.columns[index]!.metric;
    if (ranking === null || weight === 0) return;
    weightSum += weight;
    for (let s = 0; s < meanRanks.length; s++) meanRanks[s]! += weight * ranking.ranks[s]!;
  });
  for (let s = 0; s < meanRanks.length; s++) {
    meanRanks[s] = weightSum === 0 ? 1 : roundScore(meanRanks[s]! / weightSum);
  }
  return { meanRanks, ranks: sharedRanks(meanRanks, 'lower'), metrics };
}

/**
 * Mean of one metric per submission, each case weighted by how often it was drawn; null where the drawn
 * cases are all dropped. In the metric's unit, not rounded.
 */
export function weightedMeans(
  column: MetricColumn,
  submissionCount: number,
  draws: Uint32Array,
): Float64Array | null {
  const sums = new Float64Array(submissionCount);
  let drawn = 0;
  for (let c = 0; c < draws.length; c++) {
    const times = draws[c]! * column.counts[c]!;
    if (times === 0) continue;
    drawn += times;
    const offset = c * submissionCount;
    for (let s = 0; s < submissionCount; s++) sums[s]! += times * column.values[offset + s]!;
  }
  if (drawn === 0) return null;
  for (let s = 0; s < submissionCount; s++) sums[s]! /= drawn;
  return sums;
}

function rankMetric(column: MetricColumn, submissionCount: number, draws: Uint32Array): MetricRanking {
  const means = weightedMeans(column, submissionCount, draws);
  if (means === null) return null;
  return { means, ranks: sharedRanks(means.map(roundScore), column.metric.better) };
}

function assertWeights(table: ScoreTable): void {
  const weights = table.columns.map(({ metric }) => metric.weight);
  if (weights.some((weight) => !(weight >= 0)) || !weights.some((weight) => weight > 0)) {
    throw new Error(`Weights must be ≥ 0 and one above 0, not ${weights.join(', ')}`);
  }
}
