import { prepareSummaries, type Summarize } from '#lib/domain/ranking/averages/summaries.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { combineRanks } from './combine-ranks.ts';
import { allCases, assertWeights, type Resample, type ResampledRanker } from './method.ts';

/**
 * `aggregate-then-rank`: mean or median per metric, rank per metric, weighted mean of the metric ranks, ranked again
 * (scoring.md, "Ranking").
 *
 * @throws Error if the weights are invalid.
 */
export function aggregateThenRank(
  table: ScoreTable,
  summaries: readonly Summarize[] = prepareSummaries(table),
): ResampledRanker {
  assertWeights(table);
  const resample: Resample = (sample) => {
    const values = summaries.map((summarize) => summarize(sample));
    const metrics = values.map((own, m) => ({ values: own, better: table.columns[m]!.metric.better }));
    return { ...combineRanks(table, metrics), metricScoreIs: 'summary', metricScores: () => values };
  };
  return { ranking: resample(allCases(table)), resample };
}
