import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { CaseRanks } from '#lib/domain/ranking/cases/case-ranks.ts';
import type { PairTests } from '#lib/domain/ranking/significance/pair-tests.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { aggregateThenRank } from './aggregate-then-rank.ts';
import type { MethodName, Ranker } from './method.ts';
import { rankThenAggregate } from './rank-then-aggregate.ts';
import { testBased } from './test-based.ts';

/** The ways to rank: a method, and the average where the method ranks averages. */
export const RANKING_VARIANTS = {
  'aggregate-then-rank:mean': { method: 'AGGREGATE_THEN_RANK', summary: 'MEAN' },
  'aggregate-then-rank:median': { method: 'AGGREGATE_THEN_RANK', summary: 'MEDIAN' },
  'rank-then-aggregate': { method: 'RANK_THEN_AGGREGATE', summary: 'MEAN' },
  'test-based': { method: 'TEST_BASED', summary: 'MEAN' },
} as const satisfies Record<string, { method: MethodName; summary: PhaseRules['summary'] }>;
export type RankingVariant = keyof typeof RANKING_VARIANTS;
export const VARIANT_NAMES = Object.keys(RANKING_VARIANTS) as RankingVariant[];

/** The variant that a phase ranks by. */
export function variantOf(method: MethodName, summary: PhaseRules['summary']): RankingVariant {
  return VARIANT_NAMES.find((name) => {
    const variant = RANKING_VARIANTS[name];
    return variant.method === method && (method !== 'AGGREGATE_THEN_RANK' || variant.summary === summary);
  })!;
}

/** What is prepared once for all methods. */
export interface Prepared {
  caseRanks: CaseRanks;
  /** Per metric; null for a metric over the set, and where no case counts. */
  tests: readonly (PairTests | null)[];
}

/** @throws Error if the weights are invalid. */
export function prepareRanker(table: ScoreTable, method: MethodName, { caseRanks, tests }: Prepared): Ranker {
  if (method === 'AGGREGATE_THEN_RANK') return aggregateThenRank(table);
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
    return [name, prepareRanker({ ...table, summary }, method, prepared).ranking.ranks];
  });
  return Object.fromEntries(ranks);
}
