import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCaseValues, encodeCaseValues } from '#lib/domain/evaluations/case-values.ts';
import { caseValue, type RecordedCase } from '#lib/domain/metrics/aggregate.ts';

const METRICS = ['dice', 'hd95'];

const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const undefinedMetrics = fc.subarray(METRICS);
const recorded: fc.Arbitrary<RecordedCase> = fc.oneof(
  fc.record({
    status: fc.constant('SCORED' as const),
    metrics: fc.record({ dice: value, hd95: value }),
    undefinedMetrics,
  }),
  fc.record({ status: fc.constantFrom('FAILED', 'REJECTED'), metrics: fc.constant({}), undefinedMetrics }),
);

test('every kind of case comes back as it was: values, nulls, failures and undefined metrics', () => {
  fc.assert(
    fc.property(fc.array(recorded, { maxLength: 20 }), (cases) => {
      const encoded = new Map(METRICS.map((metric) => [metric, encodeCaseValues(cases, metric)]));
      const decoded = decodeCaseValues(encoded, cases.length);
      expect(decoded).toHaveLength(cases.length);
      cases.forEach((one, index) => {
        const back = decoded[index]!;
        expect(back.status === 'SCORED').toBe(one.status === 'SCORED');
        for (const metric of METRICS) expect(caseValue(back, metric)).toBe(caseValue(one, metric));
      });
    }),
  );
});

test('150 cases take 1,350 bytes, and bytes of another test set are refused', () => {
  const cases = Array.from({ length: 150 }, () => {
    return { status: 'SCORED' as const, metrics: { dice: 0.5 }, undefinedMetrics: [] };
  });
  const bytes = encodeCaseValues(cases, 'dice');
  expect(bytes.byteLength).toBe(1350);
  expect(() => decodeCaseValues(new Map([['dice', bytes]]), 149)).toThrow('1350 bytes for 149 cases');
});
