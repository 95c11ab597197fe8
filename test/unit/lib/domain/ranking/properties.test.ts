import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankLeaderboard } from '#lib/domain/ranking/leaderboard.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import type { CaseResult, RankedMetric, RankedSubmission } from '#lib/domain/ranking/table.ts';

const REPLICATES = 60;

/** Few distinct values, so that ties are common. */
const coarse = fc.integer({ min: 0, max: 4 }).map((tenth) => tenth / 10);

const metricArbitrary = fc.record({
  better: fc.constantFrom('higher' as const, 'lower' as const),
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
          (metric, index): RankedMetric => ({
            ...metric,
            undefinedCases: new Set(metric.undefinedCases),
            metric: `m${index}`,
            worst: metric.better === 'higher' ? 0 : 1,
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

describe('properties of aggregate-then-rank', () => {
  it('agrees with a slow reference written from the definition', () => {
    fc.assert(
      fc.property(leaderboardArbitrary, ({ submissions, metrics, seed }) => {
        const rows = byId(rankLeaderboard({ submissions, metrics, replicates: REPLICATES, seed }));
        const reference = referenceLeaderboard(submissions, metrics, seed);
        rows.forEach((row, s) => {
          expect(row.rank).toBe(reference.full.rank[s]);
          expect(row.meanRank).toBeCloseTo(reference.full.meanRank[s]!, 9);
          expect(row.rankInterval).toEqual(reference.rankInterval(s));
          row.scores.forEach((score, m) => {
            const mean = reference.full.means[m]![s]!;
            if (mean === null) expect(score.mean).toBeNull();
            else expect(score.mean).toBeCloseTo(mean, 12);
            const interval = reference.meanInterval(m, s);
            if (interval === null) expect(score.interval).toBeNull();
            else interval.forEach((end, i) => void expect(score.interval![i]).toBeCloseTo(end, 12));
          });
        });
      }),
      { numRuns: 300 },
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
            byId(rankLeaderboard({ submissions: list, metrics, replicates: REPLICATES, seed }));
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
        const rows = rankLeaderboard({
          submissions: [...submissions, worse],
          metrics,
          replicates: REPLICATES,
          seed,
        });
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
        const rows = rankLeaderboard({ submissions, metrics, replicates: REPLICATES, seed });
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
          const leaderboard = (weighted: RankedMetric[]) =>
            rankLeaderboard({ submissions, metrics: weighted, replicates: REPLICATES, seed });
          expect(leaderboard(scaled)).toEqual(leaderboard(metrics));
        },
      ),
    );
  });
});

/** 0.05 worse on every value; nulls stay. */
function worsened(result: Readonly<Record<string, number | null>>, metrics: RankedMetric[]): CaseResult {
  return Object.fromEntries(
    metrics.map(({ metric, better }) => {
      const value = result[metric]!;
      if (value === null) return [metric, null];
      return [metric, better === 'higher' ? Math.max(0, value - 0.05) : Math.min(1, value + 0.05)];
    }),
  );
}

/**
 * A literal implementation of the definition on lists: every replicate lists its sampled cases and counts, for
 * each submission, how many are strictly better. Shares only the random generator with the code under test.
 */
function referenceLeaderboard(submissions: RankedSubmission[], metrics: RankedMetric[], seed: number) {
  const caseCount = submissions[0]!.cases.length;
  const rounded = (value: number) => Number(value.toFixed(10));
  const mean = (metric: RankedMetric, { cases }: RankedSubmission, sampledCases: number[]) => {
    const values = sampledCases
      .filter((c) => !metric.undefinedCases!.has(c))
      .map((c) => cases[c]!)
      .map((result) => (result === 'failed' ? metric.worst : (result[metric.metric] ?? metric.worst)));
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const rankOf = (values: number[], better: 'higher' | 'lower') =>
    values.map(
      (own) => 1 + values.filter((other) => (better === 'lower' ? other < own : other > own)).length,
    );
  const rankSample = (sampledCases: number[]) => {
    const means = metrics.map((metric) =>
      submissions.map((submission) => mean(metric, submission, sampledCases)),
    );
    const ranked = metrics.flatMap((metric, m) =>
      means[m]!.includes(null)
        ? []
        : [
            {
              weight: metric.weight,
              ranks: rankOf(
                means[m]!.map((value) => rounded(value!)),
                metric.better,
              ),
            },
          ],
    );
    const weightSum = ranked.reduce((sum, { weight }) => sum + weight, 0);
    const meanRank = submissions.map((_, s) =>
      weightSum === 0
        ? 1
        : rounded(ranked.reduce((sum, { weight, ranks }) => sum + (weight / weightSum) * ranks[s]!, 0)),
    );
    return { means, meanRank, rank: rankOf(meanRank, 'lower') };
  };
  const source = seededSource(seed);
  const replicates = Array.from({ length: REPLICATES }, () =>
    rankSample(Array.from({ length: caseCount }, () => randomBelow(source, caseCount))),
  );
  // 2.5% of 60 is 1.5, so the interval ends at the smallest and the largest value, also for fewer means.
  const ends = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  return {
    full: rankSample(Array.from({ length: caseCount }, (_, c) => c)),
    rankInterval: (s: number) => ends(replicates.map(({ rank }) => rank[s]!)),
    meanInterval: (m: number, s: number) => {
      const values = replicates.map(({ means }) => means[m]![s]!).filter((value) => value !== null);
      return values.length === 0 ? null : ends(values);
    },
  };
}
