import { type CaseValuesMatrix, weightedMeans } from '#lib/domain/ranking/averages/means.ts';
import { type CaseRanks, rankEachCase } from '#lib/domain/ranking/cases/case-ranks.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { rankAgain } from './combine-ranks.ts';
import { allCases, assertWeights, type Resample, type ResampledRanker } from './method.ts';

/**
 * `rank-then-aggregate`: the submissions are ranked on each case and metric; mean of the ranks over the cases, weighted
 * mean over the metrics, ranked again (scoring.md, "Ranking"; Wiesenfarth et al. 2021, Scientific Reports 11:2369, and the
 * practice of BraTS and ISLES). A metric over the set has no value on a case, so it is left out, whatever its weight.
 *
 * The ranks on a case don't depend on the sample, so a replicate only adds up what was ranked once.
 *
 * @throws Error if the weights are invalid.
 */
export function rankThenAggregate(
  table: ScoreTable,
  caseRanks: CaseRanks = rankEachCase(table),
): ResampledRanker {
  assertWeights(table);
  const { submissionCount, columns } = table;
  const groups = groupByCases(columns, caseRanks);
  const resample: Resample = (sample) => {
    const sums = new Float64Array(submissionCount);
    let weightSum = 0;
    for (const { weight, ...matrix } of groups) {
      const weighted = weightedMeans(matrix, submissionCount, sample.counts);
      if (weighted === null) continue;
      weightSum += weight;
      for (let s = 0; s < submissionCount; s++) sums[s]! += weighted[s]!;
    }
    return {
      ...rankAgain(sums, weightSum),
      metricScoreIs: 'meanRank',
      metricScores: () =>
        caseRanks.map((matrix) => matrix && weightedMeans(matrix, submissionCount, sample.counts)),
    };
  };
  return { ranking: resample(allCases(table)), resample };
}

/** The weighted sum of the ranks of metrics to which the same cases count. */
interface RankGroup extends CaseValuesMatrix {
  /** The sum of the metrics' weights. */
  weight: number;
}

/** Metrics to which the same cases count are added up once, instead of in every replicate. */
function groupByCases(columns: ScoreTable['columns'], caseRanks: CaseRanks): RankGroup[] {
  const groups = new Map<string, RankGroup>();
  columns.forEach(({ metric: { weight } }, index) => {
    const matrix = caseRanks[index] ?? null;
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
