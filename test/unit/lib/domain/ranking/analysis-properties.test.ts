import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { prepareSignedRanks } from '#lib/domain/ranking/significance/signed-ranks.ts';
import type { CaseMetric, CaseResult, RankedSubmission } from '#lib/domain/ranking/table.ts';
import { type ArbitraryBoard, boards } from '#test/support/scoring/leaderboard-arbitrary.ts';
import { METHODS } from '#test/support/scoring/reference-analysis.ts';

type Method = keyof typeof METHODS;
const NAMES = Object.keys(METHODS) as Method[];
const RESAMPLED = NAMES.filter((name) => name !== 'test-based');

const BOARD = boards({ submissions: 6, cases: 14, metrics: 3 });
/** Values are whole tenths, so that no rounding to 10 decimals makes a tie. */
const COARSE = boards({ submissions: 6, cases: 14, metrics: 3, coarse: true });

/** Everything about each submission, by its ID, but what depends on which of two equal ones is the earlier. */
function analyze(method: Method, given: ArbitraryBoard) {
  const analysis = analyzeRanking({ ...given, ...METHODS[method], replicates: 50 });
  const { ranking, rankRanges, wins, uncertainty } = analysis;
  const metricScores = ranking.metricScores();
  const rows = given.submissions.map(({ id }, s) => ({
    id,
    rank: ranking.ranks[s]!,
    score: ranking.scores[s]!,
    metricScores: metricScores.map((scores) => scores?.[s] ?? null),
    metricRanks: analysis.metricRanks.map((ranks) => ranks?.[s] ?? null),
    wins: wins[s],
    range: rankRanges[s],
    bootstrapRanks: uncertainty?.bootstrapRanks[s],
    interval: uncertainty?.scoreIntervals[s],
  }));
  return new Map(rows.map((row) => [row.id, row]));
}

function permuted<T>(list: readonly T[], keys: readonly number[]): T[] {
  return list
    .map((item, at) => ({ item, key: keys[at % keys.length]! }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

const keys = fc.array(fc.nat(), { minLength: 14, maxLength: 14 });

describe.each(NAMES)('%s', (method) => {
  test('does not depend on the names, or the order, of the submissions', () => {
    fc.assert(
      fc.property(BOARD, keys, (given, order) => {
        const renamed = permuted(given.submissions, order).map((one) => ({ ...one, id: `z${one.id}` }));
        const other = analyze(method, { ...given, submissions: renamed });
        for (const [id, row] of analyze(method, given)) {
          expect(other.get(`z${id}`)).toEqual({ ...row, id: `z${id}` });
        }
      }),
    );
  });

  test('ranks and tests do not depend on the order of the cases', () => {
    fc.assert(
      fc.property(COARSE, keys, ({ submissions, metrics, seed }, order) => {
        const cases = submissions[0]!.cases.map((_, c) => c);
        const places = permuted(cases, order);
        const shuffled = {
          seed,
          submissions: submissions.map((one) => ({ ...one, cases: places.map((c) => one.cases[c]!) })),
          metrics: metrics.map((metric) => ({
            ...metric,
            undefinedCases: new Set(cases.filter((at) => metric.undefinedCases!.has(places[at]!))),
          })),
        };
        const other = analyze(method, shuffled);
        for (const [id, { rank, score, metricRanks, wins }] of analyze(method, {
          submissions,
          metrics,
          seed,
        })) {
          expect(other.get(id)).toMatchObject({ rank, score, metricRanks, wins });
        }
      }),
    );
  });

  test('a scale and a shift of a metric change no rank and no range', () => {
    fc.assert(
      fc.property(COARSE, (given) => {
        const before = analyze(method, given);
        const after = analyze(
          method,
          transformed(given, (value) => 4 * value - 1),
        );
        for (const [id, { metricScores: _, ...row }] of before) expect(after.get(id)).toMatchObject(row);
      }),
    );
  });

  test('all weights multiplied by the same number change nothing', () => {
    fc.assert(
      fc.property(BOARD, fc.constantFrom(0.001, 7, 1000), (given, factor) => {
        const metrics = given.metrics.map((metric) => ({ ...metric, weight: metric.weight * factor }));
        expect(analyze(method, { ...given, metrics })).toEqual(analyze(method, given));
      }),
    );
  });

  test('a rank is one more than the number of strictly better submissions, and lies in its range', () => {
    fc.assert(
      fc.property(BOARD, (given) => {
        const rows = [...analyze(method, given).values()];
        for (const { rank, score, range } of rows) {
          expect(rank).toBe(1 + rows.filter((other) => other.score < score).length);
          expect(range![0]).toBeLessThanOrEqual(rank);
          expect(range![1]).toBeGreaterThanOrEqual(rank);
          expect(range!.every((end) => Number.isInteger(end) && end >= 1 && end <= rows.length)).toBe(true);
        }
      }),
    );
  });

  test('a copy of a submission ranks like the original', () => {
    fc.assert(
      fc.property(BOARD, fc.nat(), (given, choice) => {
        const original = given.submissions[choice % given.submissions.length]!;
        const rows = analyze(method, withCopy(given, original));
        expect(rows.get('copy')).toEqual({ ...rows.get(original.id), id: 'copy' });
      }),
    );
  });
});

test('rank-then-aggregate: any increasing transform of a metric changes no rank, no range and no tier', () => {
  fc.assert(
    fc.property(COARSE, (given) => {
      const before = analyze('rank-then-aggregate', given);
      expect(
        analyze(
          'rank-then-aggregate',
          transformed(given, (value) => Math.exp(5 * value)),
        ),
      ).toEqual(before);
    }),
  );
});

describe.each(RESAMPLED)('%s', (method) => {
  test('a copy of a submission gives no other a better score, and with one metric no better rank', () => {
    fc.assert(
      fc.property(BOARD, fc.nat(), (given, choice) => {
        const original = given.submissions[choice % given.submissions.length]!;
        const after = analyze(method, withCopy(given, original));
        for (const [id, row] of analyze(method, given)) {
          expect(after.get(id)!.score).toBeGreaterThanOrEqual(row.score - 1e-9);
          // With several metrics, or ranks on several cases, two others can change places by the definition.
          if (given.metrics.length > 1 || method === 'rank-then-aggregate') continue;
          expect(after.get(id)!.rank).toBeGreaterThanOrEqual(row.rank);
        }
      }),
    );
  });

  test('a submission never ranks above one that is at least as good on every case and metric', () => {
    fc.assert(
      fc.property(BOARD, (given) => {
        const better = given.submissions[0]!;
        const cases = better.cases.map((result) => worsened(result, given.metrics));
        const worse = { ...given, submissions: [...given.submissions, { id: 'worse', cases }] };
        const rows = analyze(method, worse);
        expect(rows.get('worse')!.rank).toBeGreaterThanOrEqual(rows.get(better.id)!.rank);
      }),
    );
  });

  test('a failed case never helps', () => {
    fc.assert(
      fc.property(BOARD, fc.nat(), fc.nat(), (given, choice, place) => {
        const s = choice % given.submissions.length;
        const one = given.submissions[s]!;
        const cases = one.cases.with(place % one.cases.length, 'failed');
        const failing = { ...given, submissions: given.submissions.with(s, { ...one, cases }) };
        const [before, after] = [given, failing].map((board) => analyze(method, board).get(one.id)!);
        expect(after!.rank).toBeGreaterThanOrEqual(before!.rank);
        expect(after!.score).toBeGreaterThanOrEqual(before!.score - 1e-9);
        after!.metricRanks.forEach((rank, m) => {
          if (rank !== null) expect(rank).toBeGreaterThanOrEqual(before!.metricRanks[m]!);
        });
      }),
    );
  });
});

test('test-based: failing on a case moves no test toward the submission that failed', () => {
  // Without zeros, W⁺ minus its mean falls whenever a difference does.
  const values = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(values, values, fc.nat({ max: 9 }), (own, others, c) => {
      fc.pre(own.every((value, at) => Math.abs(value - others[at]!) > 1e-9));
      const rows = [own, own.with(c, 0), others].map((row) => Float64Array.from(row));
      const ranks = prepareSignedRanks(rows);
      expect(ranks(1, 2).positive).toBeLessThanOrEqual(ranks(0, 2).positive);
    }),
  );
});

function withCopy(given: ArbitraryBoard, { cases }: RankedSubmission): ArbitraryBoard {
  return { ...given, submissions: [...given.submissions, { id: 'copy', cases }] };
}

/** All values of all metrics, the worst ones too. */
function transformed(given: ArbitraryBoard, transform: (value: number) => number): ArbitraryBoard {
  const result = (one: CaseResult): CaseResult => {
    if (one === 'failed') return one;
    const entries = Object.entries(one).map(([metric, value]) => [
      metric,
      value === null ? null : transform(value),
    ]);
    return Object.fromEntries(entries) as CaseResult;
  };
  return {
    ...given,
    metrics: given.metrics.map((metric): CaseMetric => ({ ...metric, worst: transform(metric.worst) })),
    submissions: given.submissions.map((one) => ({ ...one, cases: one.cases.map(result) })),
  };
}

/** 0.05 worse on every value; failures and nulls stay. */
function worsened(result: CaseResult, metrics: CaseMetric[]): CaseResult {
  if (result === 'failed') return result;
  const entries = metrics.map(({ metric, better }): [string, number | null] => {
    const value = result[metric] ?? null;
    if (value === null) return [metric, null];
    return [metric, better === 'lower' ? Math.min(1, value + 0.05) : Math.max(0, value - 0.05)];
  });
  return Object.fromEntries(entries);
}
