import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregateCases, caseValue, quantile, roundScore } from '#lib/domain/metrics/aggregate.ts';

describe('aggregates of one metric over all cases', () => {
  test('mean, sd with n − 1, quartiles by linear interpolation', () => {
    // Sorted 1 2 3 4: mean 2.5, squares 2.25 + 0.25 + 0.25 + 2.25 = 5, sd √(5/3); q1 at 0.75 → 1.75.
    expect(aggregateCases([4, 1, 3, 2], 0)).toEqual({
      mean: 2.5,
      sd: roundScore(Math.sqrt(5 / 3)),
      median: 2.5,
      q1: 1.75,
      q3: 3.25,
      min: 1,
      max: 4,
      n: 4,
      failed: 0,
    });
  });

  test('failed cases and missing values of the prediction take the worst value and are counted', () => {
    // 2, 10, 10: mean 22/3.
    const result = aggregateCases([2, 'failed', null], 10);
    expect(result).toMatchObject({ mean: roundScore(22 / 3), median: 10, max: 10, n: 3, failed: 2 });
  });

  test('an undefined case is left out, while failures and missing values still count', () => {
    // (0.6 + 0 + 0) / 3
    expect(aggregateCases([0.6, 'undefined', 'failed', null], 0)).toMatchObject({
      mean: 0.2,
      n: 3,
      failed: 2,
    });
  });

  test('the recorded case tells why a value is missing', () => {
    const none = { metrics: {}, undefinedMetrics: ['sensitivity'] };
    const scored = { status: 'SCORED' as const, metrics: { dice: 0.5, hd95: null, sensitivity: 1 } };
    const values = (recorded: Parameters<typeof caseValue>[0]) =>
      ['dice', 'hd95', 'sensitivity'].map((metric) => caseValue(recorded, metric));
    expect(values({ ...scored, undefinedMetrics: ['sensitivity'] })).toEqual([0.5, null, 'undefined']);
    expect(values({ ...scored, undefinedMetrics: [] })).toEqual([0.5, null, 1]);
    expect(values({ ...none, status: 'FAILED' })).toEqual(['failed', 'failed', 'undefined']);
    expect(values({ ...none, status: 'REJECTED' })).toEqual(['failed', 'failed', 'undefined']);
  });

  test('failing is never better than the worst value', () => {
    expect(aggregateCases(['failed'], 0).mean).toBe(0);
  });

  test('one case has no sd, and no cases have no values', () => {
    expect(aggregateCases([3], 0)).toMatchObject({ mean: 3, sd: null, q1: 3, q3: 3, n: 1 });
    expect(aggregateCases(['undefined'], 0)).toEqual({
      mean: null,
      sd: null,
      median: null,
      q1: null,
      q3: null,
      min: null,
      max: null,
      n: 0,
      failed: 0,
    });
  });

  test('a score that is not a number is a bug', () => {
    expect(() => aggregateCases([Number.NaN], 0)).toThrow(/NaN/);
  });

  test('the order of the cases does not matter up to 10 decimals', () => {
    const cases = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(cases, (values) => {
        const [a, b] = [values, values.toReversed()].map((v) => aggregateCases(v, 0));
        expect(b!.median).toBe(a!.median);
        expect(b!.mean).toBeCloseTo(a!.mean!, 9);
        expect(b!.sd).toBeCloseTo(a!.sd!, 9);
      }),
    );
  });
});

test('rounding to 10 decimals makes 0.1 + 0.2 equal 0.3 and keeps the digits of large values', () => {
  expect(roundScore(0.1 + 0.2)).toBe(0.3);
  expect(roundScore(123_456_789.123)).toBe(123_456_789.123);
});

test('quantiles equal those of NumPy', () => {
  const values = [1, 2, 4, 8, 16];
  expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => quantile(values, p))).toEqual([1, 1.4, 2, 4, 12.8, 16]);
});
