import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascendingOrder } from '#lib/domain/ranking/order.ts';
import { rankScores, sharedRanks } from '#lib/domain/ranking/ranks.ts';
import { middle95 } from '#lib/domain/ranking/uncertainty/intervals.ts';

/** Many ties, both signs, and values that are equal in single precision. */
const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: 0, max: 50 }).map((step) => 1e6 + step * 1e-4),
  fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const values = fc.array(value, { maxLength: 300 }).map((list) => Float64Array.from(list));

test('the order is a permutation that ascends, for few values and for many', () => {
  fc.assert(
    fc.property(values, (list) => {
      const order = Array.from(ascendingOrder(list).subarray(0, list.length));
      expect(new Set(order).size).toBe(list.length);
      const sorted = order.map((index) => list[index]!);
      for (let index = 1; index < sorted.length; index++) {
        expect(sorted[index - 1]!).toBeLessThanOrEqual(sorted[index]!);
      }
    }),
  );
});

test('a rank is 1 plus the number of smaller values', () => {
  fc.assert(
    fc.property(values, (list) => {
      const expected = Array.from(list, (own) => 1 + list.filter((other) => other < own).length);
      expect(Array.from(sharedRanks(list))).toEqual(expected);
    }),
  );
});

test.each([
  ['higher', [3, 1, 2, 4, 4]],
  ['lower', [1, 3, 2, 4, 4]],
  ['closer to 1', [3, 2, 1, 4, 4]],
] as const)('scores rank by what is better, and missing ones behind all others: %s', (better, ranks) => {
  // 0.2, 1.3 and 1.1 are 0.8, 0.3 and 0.1 from 1.
  const scores = Float64Array.of(0.2, 1.3, 1.1, Number.NaN, Number.NaN);
  expect(Array.from(rankScores(scores, better))).toEqual(ranks);
});

test('the middle 95% are the same values that a sorted sample has there', () => {
  const sample = fc.array(value, { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(sample, (list) => {
      const sorted = Float64Array.from(list).sort();
      const fromEnd = Math.max(1, Math.floor(list.length * 0.025));
      const [low, high] = middle95(Float64Array.from(list));
      // 0 and −0 are equal, and either may be there.
      expect(low === sorted[fromEnd - 1] && high === sorted[list.length - fromEnd]).toBe(true);
    }),
  );
});
