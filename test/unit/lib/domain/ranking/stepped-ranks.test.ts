import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { countedSignedRanks, findSteps } from '#lib/domain/ranking/significance/stepped-ranks.ts';

/** The definition: differences rounded to 10 decimals, zeros dropped, ties share the mean of their ranks. */
function literalRanks(a: Float64Array, b: Float64Array) {
  const differences = [...a].map((value, c) => roundScore(value - b[c]!)).filter((value) => value !== 0);
  const magnitudes = differences.map(Math.abs).sort((left, right) => left - right);
  const rankOf = (magnitude: number) =>
    (magnitudes.indexOf(magnitude) + magnitudes.lastIndexOf(magnitude)) / 2 + 1;
  const sizes = Map.groupBy(magnitudes, (magnitude) => magnitude).values();
  return {
    n: differences.length,
    positive: differences.reduce((sum, value) => sum + (value > 0 ? rankOf(value) : 0), 0),
    ties: [...sizes].reduce((sum, { length }) => sum + length ** 3 - length, 0),
  };
}

test('counts as the definition sorts, whatever the step', () => {
  const row = fc.array(fc.nat({ max: 40 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), row, row, row, (parts, ...all) => {
      const rows = all.map((own) => Float64Array.from(own, (steps) => roundScore(steps / parts)));
      const ranks = countedSignedRanks(rows, findSteps(rows)!);
      // Twice, because the bins are used again.
      for (const [a, b] of [
        [0, 1],
        [1, 2],
        [2, 0],
        [0, 1],
      ] as const) {
        expect(ranks(a, b)).toEqual(literalRanks(rows[a]!, rows[b]!));
      }
    }),
  );
});

test('differences of rounded thirds that differ in the tenth decimal are no ties', () => {
  // 2/3 − 1/3 = 0.6666666667 − 0.3333333333 = 0.3333333334, and 1/3 − 0 = 0.3333333333.
  const rows = [Float64Array.of(0.6666666667, 0.3333333333), Float64Array.of(0.3333333333, 0)];
  expect(findSteps(rows)).toEqual({ parts: 3, span: 2 });
  expect(countedSignedRanks(rows, findSteps(rows)!)(0, 1)).toEqual({ n: 2, positive: 3, ties: 0 });
});

test('finds no step in scores, in numbers that are too large, or in too many of them', () => {
  expect(findSteps([Float64Array.of(0.123, 0.4567)])).toBeNull();
  expect(findSteps([Float64Array.of(1e6, 1e6 + 1)])).toBeNull();
  expect(findSteps([Float64Array.of(0, 100_000)])).toBeNull();
  expect(findSteps([new Float64Array(3)])).toEqual({ parts: 1, span: 0 });
});
