import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxOf } from '#lib/domain/statistics/distribution.ts';

test('quartiles are interpolated, and whiskers end at the most extreme value within 1.5 box lengths', () => {
  // Positions 0.25·6 = 1.5 and 0.75·6 = 4.5: q1 = 2.5, q3 = 5.5; box 3, reach 4.5: up to 10, so 30 is out.
  expect(boxOf([5, 1, 2, 3, 4, 6, 30])).toEqual({ n: 7, q1: 2.5, median: 4, q3: 5.5, low: 1, high: 6 });
});

test('one value gives a box without length; no values give no box', () => {
  expect(boxOf([0.4])).toEqual({ n: 1, q1: 0.4, median: 0.4, q3: 0.4, low: 0.4, high: 0.4 });
  expect(boxOf([])).toBeNull();
});

test('whiskers, quartiles and median are always in order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
      const { low, q1, median, q3, high } = boxOf(values)!;
      const inOrder = [low, q1, median, q3, high];
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
      expect(low).toBeGreaterThanOrEqual(Math.min(...values));
      expect(high).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});
