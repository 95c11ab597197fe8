import { expect, test } from 'vitest';
import { VARIANT_NAMES } from '#lib/domain/ranking/methods/variants.ts';
import type { RankedMetric } from '#lib/domain/ranking/table.ts';
import { rankRows } from '#test/support/scoring/rank-rows.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };
const diceCases = (...values: number[]) => values.map((dice) => ({ dice }));

/** `far` leads by much on one case of three, `often` by little on two. */
const SUBMISSIONS = [
  { id: 'far', cases: diceCases(0.59, 0.59, 0.9) },
  { id: 'often', cases: diceCases(0.6, 0.6, 0.3) },
];

test('each row has its ranks by every method', () => {
  // Means 0.69 and 0.5; medians 0.59 and 0.6; mean ranks 5/3 and 4/3; three cases are too few for any test.
  const rows = rankRows({ submissions: SUBMISSIONS, metrics: [DICE], seed: 1 });
  expect(rows.map(({ id, variantRanks }) => [id, variantRanks])).toEqual([
    ['far', [1, 2, 2, 1]],
    ['often', [2, 1, 1, 1]],
  ]);
  expect(VARIANT_NAMES).toEqual([
    'aggregate-then-rank:mean',
    'aggregate-then-rank:median',
    'rank-then-aggregate',
    'test-based',
  ]);
});

test('ranks by every method are the same, whichever of them the phase ranks by', () => {
  const rules = [
    { ranking: 'AGGREGATE_THEN_RANK', summary: 'MEDIAN' },
    { ranking: 'RANK_THEN_AGGREGATE', summary: 'MEAN' },
    { ranking: 'RANK_THEN_AGGREGATE', summary: 'MEDIAN' },
  ] as const;
  for (const rule of rules) {
    const rows = rankRows({ submissions: SUBMISSIONS, metrics: [DICE], seed: 1, ...rule });
    expect(rows.map(({ id, rank, variantRanks }) => [id, rank, variantRanks])).toEqual([
      ['often', 1, [2, 1, 1, 1]],
      ['far', 2, [1, 2, 2, 1]],
    ]);
  }
});

test('where ranks on cases decide, scores and intervals are those of the averages', () => {
  // Every replicate's mean lies between the smallest and the largest value, and most lie between.
  const [often] = rankRows({
    submissions: SUBMISSIONS,
    metrics: [DICE],
    ranking: 'RANK_THEN_AGGREGATE',
    seed: 1,
  });
  expect(often!.scores[0]).toMatchObject({ value: 0.5, rank: 1 });
  const [low, high] = often!.scores[0]!.interval!;
  expect(low).toBeCloseTo(0.3, 9);
  expect(high).toBeCloseTo(0.6, 9);
});

test('a submission that is worse on every one of 20 cases heads the second tier, and ranges part', () => {
  const spread = Array.from({ length: 20 }, (_, c) => 0.5 + c / 100);
  const rows = rankRows({
    submissions: [
      { id: 'low', cases: diceCases(...spread.map((value, c) => value - 0.2 - c / 1000)) },
      { id: 'high', cases: diceCases(...spread) },
    ],
    metrics: [DICE],
    seed: 1,
  });
  expect(rows).toMatchObject([
    { id: 'high', tier: 1, rank: 1, rankRange: [1, 1], firstInHalves: 50 },
    { id: 'low', tier: 2, rank: 2, rankRange: [2, 2], firstInHalves: 0 },
  ]);
});
