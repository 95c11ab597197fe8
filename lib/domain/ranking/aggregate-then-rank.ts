import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { weightedMeans } from './means.ts';
import { allCases, assertWeights, type Ranker } from './method.ts';
import { sharedRanks } from './ranks.ts';
import type { ScoreTable } from './table.ts';

/**
 * `aggregate-then-rank`: mean per metric, rank per metric, weighted mean of the metric ranks, ranked again
 * (scoring.md, "Ranking").
 */
export function aggregateThenRank(table: ScoreTable): Ranker {
  assertWeights(table);
  const { submissionCount, columns } = table;
  const meansOf = (sampleCounts: Uint32Array) =>
    columns.map((column) => weightedMeans(column, submissionCount, sampleCounts));
  const rankMetric = (means: Float64Array, index: number) =>
    sharedRanks(means.map(roundScore), columns[index]!.metric.better);
  return {
    rank(sampleCounts) {
      const means = meansOf(sampleCounts);
      const meanRanks = new Float64Array(submissionCount);
      let weightSum = 0;
      means.forEach((ofMetric, index) => {
        const { weight } = columns[index]!.metric;
        if (ofMetric === null || weight === 0) return;
        weightSum += weight;
        const ranks = rankMetric(ofMetric, index);
        for (let s = 0; s < submissionCount; s++) meanRanks[s]! += weight * ranks[s]!;
      });
      for (let s = 0; s < submissionCount; s++) {
        meanRanks[s] = weightSum === 0 ? 1 : roundScore(meanRanks[s]! / weightSum);
      }
      return { meanRanks, ranks: sharedRanks(meanRanks, 'lower'), means };
    },
    metricRanks: () => meansOf(allCases(table)).map((means, index) => means && rankMetric(means, index)),
  };
}
