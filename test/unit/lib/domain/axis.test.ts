import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundTo } from '#lib/domain/metrics/rounding.ts';
import { axisOver } from '#lib/domain/statistics/axis.ts';

test.each([
  ['intervals of a share', [0.31, 0.72], [0, 1], { min: 0.2, max: 0.8, ticks: [0.2, 0.4, 0.6, 0.8] }],
  ['no value yet', [], [0, 1], { min: 0, max: 1, ticks: [0, 0.25, 0.5, 0.75, 1] }],
  ['all at the top', [1, 1], [0, 1], { min: 0.8, max: 1, ticks: [0.8, 0.85, 0.9, 0.95, 1] }],
  ['millilitres', [3, 41], [0, null], { min: 0, max: 50, ticks: [0, 10, 20, 30, 40, 50] }],
] as const)('%s', (_, values, range, expected) => {
  expect(axisOver(values, range)).toEqual(expected);
});

test('an axis contains every value, stays in the range and has 2 to 7 ascending ticks, including its ends', () => {
  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  const scale = fc.constantFrom(1, 0.001, 400);
  fc.assert(
    fc.property(values, scale, (shares, factor) => {
      const scaled = shares.map((share) => roundTo(share * factor, 6));
      const axis = axisOver(scaled, factor === 1 ? [0, 1] : [0, null]);
      expect(axis.min).toBeLessThanOrEqual(Math.min(...scaled));
      expect(axis.max).toBeGreaterThanOrEqual(Math.max(...scaled));
      expect(axis.min).toBeGreaterThanOrEqual(0);
      expect(axis.ticks.length).toBeGreaterThanOrEqual(2);
      expect(axis.ticks.length).toBeLessThanOrEqual(7);
      expect(axis.ticks.toSorted((a, b) => a - b)).toEqual(axis.ticks);
      expect([axis.ticks[0], axis.ticks.at(-1)]).toEqual([axis.min, axis.max]);
    }),
  );
});

test.each([
  [1.005, 2, 1.01],
  [-1.005, 2, -1.01],
  [0.0004, 3, 0],
  [-0.0004, 3, 0],
  [0.8125, 3, 0.813],
  [12.5, 0, 13],
])('roundTo(%d, %d) is %d', (value, decimals, expected) => {
  expect(Object.is(roundTo(value, decimals), expected)).toBe(true);
});
