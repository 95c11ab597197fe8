import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile } from '#lib/domain/metrics/aggregate.ts';
import { prepareMedians } from '#lib/domain/ranking/averages/medians.ts';

const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -100, max: 100, noNaN: true }));

test('a weighted median is the median of the cases repeated as often as they were sampled', () => {
  const given = fc
    .record({ submissionCount: fc.integer({ min: 1, max: 4 }), caseCount: fc.integer({ min: 1, max: 60 }) })
    .chain(({ submissionCount, caseCount }) => {
      const perCase = <T>(one: fc.Arbitrary<T>) =>
        fc.array(one, { minLength: caseCount, maxLength: caseCount });
      return fc.record({
        rows: fc.array(perCase(value), { minLength: submissionCount, maxLength: submissionCount }),
        counts: perCase(fc.constantFrom(1, 1, 1, 0)),
        sampled: perCase(fc.constantFrom(0, 0, 1, 1, 2, 3)),
      });
    });
  fc.assert(
    fc.property(given, ({ rows, counts, sampled }) => {
      const values = new Float64Array(rows.length * counts.length);
      rows.forEach((row, s) => {
        row.forEach((one, c) => {
          values[c * rows.length + s] = one;
        });
      });
      const medians = prepareMedians({ values, counts: Uint8Array.from(counts) }, rows.length);
      const repeated = rows.map((row) =>
        row.flatMap((one, c) => (counts[c] === 0 ? [] : Array<number>(sampled[c]!).fill(one))),
      );
      const expected = repeated.map((all) =>
        quantile(
          all.toSorted((a, b) => a - b),
          0.5,
        ),
      );
      const found = medians(Uint32Array.from(sampled));
      if (repeated[0]!.length === 0) expect(found).toBeNull();
      else expected.forEach((median, s) => void expect(found![s]).toBeCloseTo(median, 10));
    }),
  );
});
