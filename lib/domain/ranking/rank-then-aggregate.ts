import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { type CaseValuesMatrix, weightedMeans } from './means.ts';
import { allCases, assertWeights, type Ranker } from './method.ts';
import { rankScores, sharedRanks } from './ranks.ts';
import { prepareSummaries } from './summaries.ts';
import type { CaseColumn, ScoreTable } from './table.ts';

/**
 * `rank-then-aggregate`: the submissions are ranked on each case and metric; mean of the ranks over the cases, weighted
 * mean over the metrics, ranked again (scoring.md, "Ranking"; Wiesenfarth et al. 2021, Scientific Reports 11:2369, and the
 * practice of BraTS and ISLES). Ties share the lowest rank, on a case too. A failed case ranks behind every value, so
 * failing never ranks like a bad attempt, whatever the metric's worst value is. A metric over the set has no value on a
 * case, so it is left out, whatever its weight.
 *
 * The ranks on a case don't depend on the sample, so a replicate only adds up what was ranked once.
 */
export function rankThenAggregate(table: ScoreTable): Ranker {
  assertWeights(table);
  const { submissionCount, columns } = table;
  const summaries = prepareSummaries(table);
  const rankMatrices = columns.map((column) =>
    column.over === 'set' ? null : rankCases(column, submissionCount),
  );
  const groups = groupByCases(columns, rankMatrices);
  return {
    rank(sample) {
      const meanRanks = new Float64Array(submissionCount);
      let weightSum = 0;
      for (const { weight, ...matrix } of groups) {
        const weighted = weightedMeans(matrix, submissionCount, sample.counts);
        if (weighted === null) continue;
        weightSum += weight;
        for (let s = 0; s < submissionCount; s++) meanRanks[s]! += weighted[s]!;
      }
      for (let s = 0; s < submissionCount; s++) {
        meanRanks[s] = weightSum === 0 ? 1 : roundScore(meanRanks[s]! / weightSum);
      }
      return {
        meanRanks,
        ranks: sharedRanks(meanRanks),
        values: summaries.map((summarize) => summarize(sample)),
      };
    },
    metricRanks() {
      const { counts } = allCases(table);
      return rankMatrices.map((matrix) => {
        const means = matrix && weightedMeans(matrix, submissionCount, counts);
        return means && rankScores(means, 'lower');
      });
    },
  };
}

/** The ranks of the submissions on each case, arranged like the values. */
function rankCases(
  { values, counts, missing, metric }: CaseColumn,
  submissionCount: number,
): CaseValuesMatrix {
  const scores = values.map((value, index) => (missing[index] === 1 ? Number.NaN : value));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += submissionCount) {
    const end = start + submissionCount;
    rankScores(scores.subarray(start, end), metric.better, ranks.subarray(start, end));
  }
  return { values: ranks, counts };
}

/** The weighted sum of the ranks of metrics to which the same cases count. */
interface RankGroup extends CaseValuesMatrix {
  /** The sum of the metrics' weights. */
  weight: number;
}

/** Metrics to which the same cases count are added up once, instead of in every replicate. */
function groupByCases(
  columns: ScoreTable['columns'],
  rankMatrices: readonly (CaseValuesMatrix | null)[],
): RankGroup[] {
  const groups = new Map<string, RankGroup>();
  columns.forEach(({ metric: { weight } }, index) => {
    const matrix = rankMatrices[index] ?? null;
    if (weight === 0 || matrix === null) return;
    const { values, counts } = matrix;
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
