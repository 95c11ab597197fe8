import fc from 'fast-check';
import type { CaseMetric, CaseResult, RankedSubmission } from '#lib/domain/ranking/table.ts';

export interface ArbitraryBoard {
  metrics: CaseMetric[];
  submissions: RankedSubmission[];
  seed: number;
}

/** Few distinct values, so that ties are common. */
const coarse = fc.integer({ min: 0, max: 4 }).map((tenth) => tenth / 10);

/**
 * Leaderboards with failures, nulls, dropped cases and metrics of weight 0; values are never worse than the worst value.
 * Sizes are the largest ones.
 */
export function boards(sizes: {
  submissions: number;
  cases: number;
  metrics: number;
  /** Only whole tenths. */
  coarse?: boolean;
}): fc.Arbitrary<ArbitraryBoard> {
  const value = sizes.coarse ? coarse : fc.oneof(coarse, fc.double({ min: 0, max: 1, noNaN: true }));
  const metric = fc.record({
    better: fc.constantFrom('higher' as const, 'lower' as const),
    weight: fc.integer({ min: 0, max: 3 }),
    dropped: fc.option(fc.uniqueArray(fc.nat({ max: sizes.cases - 1 }), { maxLength: 3 }), { nil: [] }),
  });
  return fc
    .record({
      metrics: fc
        .array(metric, { minLength: 1, maxLength: sizes.metrics })
        .filter((all) => all.some(({ weight }) => weight > 0)),
      submissionCount: fc.integer({ min: 1, max: sizes.submissions }),
      caseCount: fc.integer({ min: 1, max: sizes.cases }),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
    })
    .chain(({ metrics, submissionCount, caseCount, seed }) => {
      const cases = fc.array(caseResult(metrics.length, value), {
        minLength: caseCount,
        maxLength: caseCount,
      });
      return fc.record({
        seed: fc.constant(seed),
        metrics: fc.constant(
          metrics.map(
            ({ dropped, ...one }, m): CaseMetric => ({
              ...one,
              metric: `m${m}`,
              undefinedCases: new Set(dropped),
              worst: one.better === 'lower' ? 1 : 0,
            }),
          ),
        ),
        submissions: fc
          .array(cases, { minLength: submissionCount, maxLength: submissionCount })
          .map((all) => all.map((own, s): RankedSubmission => ({ id: `s${s}`, cases: own }))),
      });
    });
}

function caseResult(metricCount: number, value: fc.Arbitrary<number>): fc.Arbitrary<CaseResult> {
  const scored = fc
    .array(fc.option(value, { freq: 8 }), {
      minLength: metricCount,
      maxLength: metricCount,
    })
    .map((values) => Object.fromEntries(values.map((one, m) => [`m${m}`, one])));
  return fc.oneof({ weight: 6, arbitrary: scored }, { weight: 1, arbitrary: fc.constant('failed' as const) });
}
