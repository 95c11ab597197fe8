import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { type CaseValuesMatrix, weightedMeans } from './means.ts';
import { allCases, assertWeights, type Ranker } from './method.ts';
import { sharedRanks } from './ranks.ts';
import type { MetricColumn, ScoreTable } from './table.ts';

/**
 * `rank-then-aggregate`: the submissions are ranked on each case and metric; mean of the ranks over the cases, weighted
 * mean over the metrics, ranked again (scoring.md, "Ranking"; Wiesenfarth et al. 2021, Scientific Reports 11:2369, and the
 * practice of BraTS and ISLES). Ties share the lowest rank, on a case too. A failed case ranks behind every value, so
 * failing never ranks like a bad attempt, whatever the metric's worst value is.
 *
 * The ranks on a case don't depend on the sample, so a replicate only adds up what was ranked once.
 */
export function rankThenAggregate(table: ScoreTable): Ranker {
  assertWeights(table);
  const { submissionCount, columns } = table;
  const rankMatrices = columns.map((column) => rankCases(column, submissionCount));
  const groups = groupByCases(columns, rankMatrices);
  return {
    rank(sampleCounts) {
      const meanRanks = new Float64Array(submissionCount);
      let weightSum = 0;
      for (const { weight, ...matrix } of groups) {
        const weighted = weightedMeans(matrix, submissionCount, sampleCounts);
        if (weighted === null) continue;
        weightSum += weight;
        for (let s = 0; s < submissionCount; s++) meanRanks[s]! += weighted[s]!;
      }
      for (let s = 0; s < submissionCount; s++) {
        meanRanks[s] = weightSum === 0 ? 1 : roundScore(meanRanks[s]! / weightSum);
      }
      return {
        meanRanks,
        ranks: sharedRanks(meanRanks, 'lower'),
        means: columns.map((column) => weightedMeans(column, submissionCount, sampleCounts)),
      };
    },
    metricRanks: () =>
      rankMatrices.map((matrix) => {
        const means = weightedMeans(matrix, submissionCount, allCases(table));
        return means && sharedRanks(means.map(roundScore), 'lower');
      }),
  };
}

/** The ranks of the submissions on each case, arranged like the values. */
function rankCases(
  { values, counts, missing, metric }: MetricColumn,
  submissionCount: number,
): CaseValuesMatrix {
  const behindAll = metric.better === 'lower' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const keys = values.map((value, index) => (missing[index] === 1 ? behindAll : roundScore(value)));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += submissionCount) {
    const end = start + submissionCount;
    sharedRanks(keys.subarray(start, end), metric.better, ranks.subarray(start, end));
  }
  return { values: ranks, counts };
}

/** The weighted sum of the ranks of metrics to which the same cases count. */
interface RankGroup extends CaseValuesMatrix {
  /** The sum of the metrics' weights. */
  weight: number;
}

/** Metrics to which the same cases count are added up once, instead of in every replicate. */
function groupByCases(columns: readonly MetricColumn[], ranks: readonly CaseValuesMatrix[]): RankGroup[] {
  const groups = new Map<string, RankGroup>();
  columns.forEach(({ metric: { weight } }, index) => {
    if (weight === 0) return;
    const { values, counts } = ranks[index]!;
    const cases = counts.join('');
    const group = groups.get(cases);
    if (!group) {
      groups.set(cases, { weight, counts, values: values.map((rank) => weight * rank) });
      return;
    }
    group.weight += weight;
    for (let i = 0; i < values.length; i++) group.values[i]! += weight * values[i]!;
  });
  return [...groups.values()];
}
