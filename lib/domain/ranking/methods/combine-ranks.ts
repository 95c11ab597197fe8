import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { type Better, rankScores, sharedRanks } from '#lib/domain/ranking/ranks.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';

/** What a method ranks a metric by, and in which direction. */
export interface RankedScores {
  values: Float64Array | null;
  better: Better;
}

/**
 * The weighted mean of the ranks by each metric, ranked again. A metric without values gives its weight to the others; if
 * none has values, all submissions tie.
 *
 * @param metrics in the order of the table's columns.
 */
export function combineRanks(
  { columns, submissionCount }: ScoreTable,
  metrics: readonly RankedScores[],
): { scores: Float64Array; ranks: Float64Array } {
  const scores = new Float64Array(submissionCount);
  let weightSum = 0;
  metrics.forEach(({ values, better }, index) => {
    const { weight } = columns[index]!.metric;
    if (values === null || weight === 0) return;
    weightSum += weight;
    const ranks = rankScores(values, better);
    for (let s = 0; s < submissionCount; s++) scores[s]! += weight * ranks[s]!;
  });
  return rankAgain(scores, weightSum);
}

/** @param sums of weight times rank, divided here in place. */
export function rankAgain(
  sums: Float64Array,
  weightSum: number,
): { scores: Float64Array; ranks: Float64Array } {
  for (let s = 0; s < sums.length; s++) sums[s] = weightSum === 0 ? 1 : roundScore(sums[s]! / weightSum);
  return { scores: sums, ranks: sharedRanks(sums) };
}
