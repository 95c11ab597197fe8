import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { MethodName } from './method.ts';

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
