import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LeaderboardInput, rankLeaderboard } from '#lib/domain/ranking/leaderboard.ts';
import type { CaseMetric, CaseResult, RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';
import { referenceLeaderboard } from '#test/support/scoring/reference-leaderboard.ts';

const REPLICATES = 60;

/** Few distinct values, so that ties are common. */
const coarse = fc.integer({ min: 0, max: 4 }).map((tenth) => tenth / 10);

const metricArbitrary = fc.record({
  better: fc.constantFrom('higher' as const, 'lower' as const, 'closer to 1' as const),
  weight: fc.integer({ min: 1, max: 3 }),
  undefinedCases: fc.option(fc.uniqueArray(fc.nat({ max: 7 }), { maxLength: 3 }), { nil: [] }),
});

const leaderboardArbitrary = fc
  .record({
    metrics: fc.array(metricArbitrary, { minLength: 1, maxLength: 3 }),
    submissionCount: fc.integer({ min: 1, max: 6 }),
    caseCount: fc.integer({ min: 1, max: 8 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .chain(({ metrics, submissionCount, caseCount, seed }) =>
    fc.record({
      seed: fc.constant(seed),
      metrics: fc.constant(
        metrics.map(
          (metric, index): CaseMetric => ({
            ...metric,
            undefinedCases: new Set(metric.undefinedCases),
            metric: `m${index}`,
            worst: metric.better === 'lower' ? 1 : 0,
          }),
        ),
      ),
      submissions: fc
        .array(fc.array(caseArbitrary(metrics.length), { minLength: caseCount, maxLength: caseCount }), {
          minLength: submissionCount,
          maxLength: submissionCount,
        })
        .map((all) => all.map((cases, index): RankedSubmission => ({ id: `s${index}`, cases }))),
    }),
  );

function caseArbitrary(metricCount: number): fc.Arbitrary<CaseResult> {
  const scored = fc
    .array(fc.option(coarse, { freq: 8 }), { minLength: metricCount, maxLength: metricCount })
    .map((values) => Object.fromEntries(values.map((value, index) => [`m${index}`, value])));
  return fc.oneof({ weight: 6, arbitrary: scored }, { weight: 1, arbitrary: fc.constant('failed' as const) });
}

function byId<T extends { id: string }>(rows: T[]): T[] {
  return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

describe.each([
  ['AGGREGATE_THEN_RANK', 'MEAN'],
  ['AGGREGATE_THEN_RANK', 'MEDIAN'],
  ['RANK_THEN_AGGREGATE', 'MEAN'],
  ['RANK_THEN_AGGREGATE', 'MEDIAN'],
] as const)('properties of %s with the %s', (ranking, summary) => {
  const rules = { ranking, summary, replicates: REPLICATES };
  const rankAll = (given: Pick<LeaderboardInput, 'submissions' | 'metrics' | 'seed'>) =>
    rankLeaderboard({ ...given, ...rules });

  it('agrees with a slow reference written from the definition', () => {
    fc.assert(
      fc.property(leaderboardArbitrary, ({ submissions, metrics, seed }) => {
        const rows = byId(rankAll({ submissions, metrics, seed }));
        const reference = referenceLeaderboard({ submissions, metrics, seed, ...rules });
        rows.forEach((row, s) => {
          expect(row.rank).toBe(reference.full.rank[s]);
          expect(row.meanRank).toBeCloseTo(reference.full.meanRank[s]!, 9);
          expect(row.rankInterval).toEqual(reference.rankInterval(s));
          row.scores.forEach((score, m) => {
            const value = reference.full.values[m]![s]!;
            if (value === null) expect(score.value).toBeNull();
            else expect(score.value).toBeCloseTo(value, 12);
            const interval = reference.valueInterval(m, s);
            if (interval === null) expect(score.interval).toBeNull();
            else interval.forEach((end, i) => void expect(score.interval![i]).toBeCloseTo(end, 12));
          });
        });
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order of the submissions', () => {
    fc.assert(
      fc.property(
        leaderboardArbitrary,
        fc.infiniteStream(fc.nat()),
        ({ submissions, metrics, seed }, keys) => {
          const shuffled = submissions
            .map((submission) => ({ submission, key: keys.next().value }))
            .sort((left, right) => left.key - right.key)
            .map(({ submission }) => submission);
          const leaderboard = (list: RankedSubmission[]) =>
            byId(rankAll({ submissions: list, metrics, seed }));
          expect(leaderboard(shuffled)).toEqual(leaderboard(submissions));
        },
      ),
    );
  });

  it('never ranks a submission above one that is at least as good on every case and metric', () => {
    fc.assert(
      fc.property(leaderboardArbitrary, ({ submissions, metrics, seed }) => {
        const better = submissions[0]!;
        const worse: RankedSubmission = {
          id: 'worse',
          cases: better.cases.map((result) => (result === 'failed' ? result : worsened(result, metrics))),
        };
        const rows = rankAll({ submissions: [...submissions, worse], metrics, seed });
        const [above, below] = [better.id, 'worse'].map((id) => rows.find((row) => row.id === id)!);
        expect(below!.rank).toBeGreaterThanOrEqual(above!.rank);
        expect(below!.rankInterval[0]).toBeGreaterThanOrEqual(above!.rankInterval[0]);
        expect(below!.rankInterval[1]).toBeGreaterThanOrEqual(above!.rankInterval[1]);
      }),
    );
  });

  it('gives integer ranks that are one more than the number of strictly better submissions', () => {
    fc.assert(
      fc.property(leaderboardArbitrary, ({ submissions, metrics, seed }) => {
        const rows = rankAll({ submissions, metrics, seed });
        for (const row of rows) {
          expect(row.rank).toBe(1 + rows.filter(({ meanRank }) => meanRank < row.meanRank).length);
          expect(
            row.rankInterval.every((end) => Number.isInteger(end) && end >= 1 && end <= rows.length),
          ).toBe(true);
        }
      }),
    );
  });

  it('does not change if all weights are multiplied', () => {
    fc.assert(
      fc.property(
        leaderboardArbitrary,
        fc.constantFrom(0.001, 7, 1000),
        ({ submissions, metrics, seed }, factor) => {
          const scaled = metrics.map((metric) => ({ ...metric, weight: metric.weight * factor }));
          const leaderboard = (weighted: RankedMetric[]) => rankAll({ submissions, metrics: weighted, seed });
          expect(leaderboard(scaled)).toEqual(leaderboard(metrics));
        },
      ),
    );
  });
});

/** 0.05 worse on every value; nulls stay. */
function worsened(result: Readonly<Record<string, number | null>>, metrics: CaseMetric[]): CaseResult {
  return Object.fromEntries(
    metrics.map(({ metric, better }) => {
      const value = result[metric]!;
      if (value === null) return [metric, null];
      return [metric, better === 'lower' ? Math.min(1, value + 0.05) : Math.max(0, value - 0.05)];
    }),
  );
}
