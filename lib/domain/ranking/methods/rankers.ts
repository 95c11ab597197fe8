import { prepareSummaries, type Summarize } from '#lib/domain/ranking/averages/summaries.ts';
import type { CaseRanks } from '#lib/domain/ranking/cases/case-ranks.ts';
import type { PairTests } from '#lib/domain/ranking/significance/pair-tests.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { aggregateThenRank } from './aggregate-then-rank.ts';
import type { MethodName, Ranker } from './method.ts';
import { rankThenAggregate } from './rank-then-aggregate.ts';
import { testBased } from './test-based.ts';
import { RANKING_VARIANTS, type RankingVariant, VARIANT_NAMES, variantOf } from './variants.ts';

/** What is prepared once for all methods. */
export interface Prepared {
  caseRanks: CaseRanks;
  /** Per metric; null for a metric over the set, and where no case counts. */
  tests: readonly (PairTests | null)[];
  /** Of the table's own average. */
  summaries: readonly Summarize[];
}

/** @throws Error if the weights are invalid. */
export function prepareRanker(
  table: ScoreTable,
  method: MethodName,
  { caseRanks, tests, summaries }: Prepared,
): Ranker {
  if (method === 'AGGREGATE_THEN_RANK') return aggregateThenRank(table, summaries);
  return method === 'TEST_BASED' ? testBased(table, tests) : rankThenAggregate(table, caseRanks);
}

/**
 * Ranks by every variant.
 * @param own the ranks by the method of the table, which aren't computed again.
 */
export function ranksByVariant(
  table: ScoreTable,
  prepared: Prepared,
  own: { method: MethodName; ranks: Float64Array },
): Record<RankingVariant, Float64Array> {
  const ownName = variantOf(own.method, table.summary);
  const ranks = VARIANT_NAMES.map((name) => {
    if (name === ownName) return [name, own.ranks];
    const { method, summary } = RANKING_VARIANTS[name];
    const other = { ...table, summary };
    const summaries = summary === table.summary ? prepared.summaries : prepareSummaries(other);
    return [name, prepareRanker(other, method, { ...prepared, summaries }).ranking.ranks];
  });
  return Object.fromEntries(ranks);
}
