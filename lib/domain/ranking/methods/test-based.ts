import { countWins, type PairTests } from '#lib/domain/ranking/significance/pair-tests.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { combineRanks } from './combine-ranks.ts';
import { assertWeights, type Ranker } from './method.ts';

/**
 * `test-based`: per metric the share of the others that a submission significantly beats, ranked; weighted mean over the
 * metrics, ranked again (scoring.md, "Ranking"). A metric over the set has no value per case and is left out.
 *
 * @param tests per metric; null for a metric over the set, and where no case counts.
 * @throws Error if the weights are invalid.
 */
export function testBased(table: ScoreTable, tests: readonly (PairTests | null)[]): Ranker {
  assertWeights(table);
  const others = Math.max(1, table.submissionCount - 1);
  const winShares = tests.map(
    (ofMetric) => ofMetric && Float64Array.from(countWins(ofMetric).wins, (wins) => wins / others),
  );
  const metrics = winShares.map((values) => ({ values, better: 'higher' as const }));
  const ranking = {
    ...combineRanks(table, metrics),
    metricScoreIs: 'winShare' as const,
    metricScores: () => winShares,
  };
  // A case that is drawn twice would count as new evidence.
  return { ranking, resample: null };
}
