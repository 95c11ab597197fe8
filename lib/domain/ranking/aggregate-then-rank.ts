import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { allCases, assertWeights, type Ranker } from './method.ts';
import { rankScores, sharedRanks } from './ranks.ts';
import { prepareSummaries } from './summaries.ts';
import type { ScoreTable } from './table.ts';

/**
 * `aggregate-then-rank`: mean or median per metric, rank per metric, weighted mean of the metric ranks, ranked again
 * (scoring.md, "Ranking").
 */
export function aggregateThenRank(table: ScoreTable): Ranker {
  assertWeights(table);
  const { submissionCount, columns } = table;
  const summaries = prepareSummaries(table);
  const rankMetric = (values: Float64Array, index: number) =>
    rankScores(values, columns[index]!.metric.better);
  return {
    rank(sample) {
      const values = summaries.map((summarize) => summarize(sample));
      const meanRanks = new Float64Array(submissionCount);
      let weightSum = 0;
      values.forEach((ofMetric, index) => {
        const { weight } = columns[index]!.metric;
        if (ofMetric === null || weight === 0) return;
        weightSum += weight;
        const ranks = rankMetric(ofMetric, index);
        for (let s = 0; s < submissionCount; s++) meanRanks[s]! += weight * ranks[s]!;
      });
      for (let s = 0; s < submissionCount; s++) {
        meanRanks[s] = weightSum === 0 ? 1 : roundScore(meanRanks[s]! / weightSum);
      }
      return { meanRanks, ranks: sharedRanks(meanRanks), values };
    },
    metricRanks() {
      const sample = allCases(table);
      return summaries.map((summarize, index) => {
        const values = summarize(sample);
        return values && rankMetric(values, index);
      });
    },
  };
}
