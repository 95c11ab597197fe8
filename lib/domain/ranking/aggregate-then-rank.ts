import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { sharedRanks } from './ranks.ts';
import type { MetricColumn, ScoreTable } from './table.ts';

/**
 * The ranking for one sample of the cases. Arrays are in the order of the submissions (and of the metrics).
 * Other methods (`rank-then-aggregate`) return the same type, so that the leaderboard and the bootstrap work
 * with any method.
 */
export interface Ranking {
  /** Weighted mean of the metric ranks, rounded to 10 decimals. */
  meanRanks: Float64Array;
  /** Integers from 1; ties share the lowest rank. */
  ranks: Float64Array;
  metrics: MetricRanking[];
}

/** One metric in a ranking; null if no case of the sample counts for it. */
export type MetricRanking = { means: Float64Array; ranks: Float64Array } | null;

/**
 * Ranks the table, counting each case as often as it was sampled.
 *
 * @param sampleCounts one entry per case: 1 everywhere gives the ranking itself, anything else a replicate.
 */
export type RankingMethod = (table: ScoreTable, sampleCounts: Uint32Array) => Ranking;

/**
 * `aggregate-then-rank`: mean per metric, rank per metric, weighted mean of the metric ranks, ranked again
 * (scoring.md, "Ranking"). If no sampled case counts for a metric, the other metrics share its weight; if
 * that is true of all metrics, all submissions tie.
 *
 * @throws Error if no metric has a weight above 0, or one has a negative weight.
 */
export function aggregateThenRank(table: ScoreTable, sampleCounts: Uint32Array): Ranking {
  assertWeights(table);
  const metrics = table.columns.map((column) => rankMetric(column, table.submissionCount, sampleCounts));
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
 * Mean of one metric per submission, each case weighted by how often it was sampled; null if all sampled
 * cases are dropped. In the metric's unit, not rounded.
 */
export function weightedMeans(
  column: MetricColumn,
  submissionCount: number,
  sampleCounts: Uint32Array,
): Float64Array | null {
  const sums = new Float64Array(submissionCount);
  const { values, counts } = column;
  let sampled = 0;
  /** Up to four cases at once, because writing the sums is what takes long. Added in the order of the cases. */
  const times = [0, 0, 0, 0];
  const offsets = [0, 0, 0, 0];
  let taken = 0;
  for (let c = 0; c < sampleCounts.length; c++) {
    const often = sampleCounts[c]! * counts[c]!;
    if (often === 0) continue;
    sampled += often;
    times[taken] = often;
    offsets[taken] = c * submissionCount;
    if (++taken === 4) {
      addFour(sums, values, times, offsets);
      taken = 0;
    }
  }
  for (let index = 0; index < taken; index++) {
    const often = times[index]!;
    const offset = offsets[index]!;
    for (let s = 0; s < submissionCount; s++) sums[s]! += often * values[offset + s]!;
  }
  if (sampled === 0) return null;
  for (let s = 0; s < submissionCount; s++) sums[s]! /= sampled;
  return sums;
}

function addFour(
  sums: Float64Array,
  values: Float64Array,
  [a, b, c, d]: readonly number[],
  [ofA, ofB, ofC, ofD]: readonly number[],
): void {
  for (let s = 0; s < sums.length; s++) {
    sums[s] =
      sums[s]! +
      a! * values[ofA! + s]! +
      b! * values[ofB! + s]! +
      c! * values[ofC! + s]! +
      d! * values[ofD! + s]!;
  }
}

function rankMetric(column: MetricColumn, submissionCount: number, sampleCounts: Uint32Array): MetricRanking {
  const means = weightedMeans(column, submissionCount, sampleCounts);
  if (means === null) return null;
  return { means, ranks: sharedRanks(means.map(roundScore), column.metric.better) };
}

function assertWeights(table: ScoreTable): void {
  const weights = table.columns.map(({ metric }) => metric.weight);
  if (weights.some((weight) => !(weight >= 0)) || !weights.some((weight) => weight > 0)) {
    throw new Error(`Weights must be ≥ 0 and at least one above 0, not ${weights.join(', ')}.`);
  }
}
