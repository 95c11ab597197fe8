import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnalysisInput, analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import type { RankedMetric } from '#lib/domain/ranking/table.ts';
import { HALF_SPLITS } from '#lib/domain/ranking/uncertainty/half-splits.ts';
import { prepareTauB } from '#lib/domain/ranking/uncertainty/kendall.ts';
import { simulateCoverage } from '#test/support/scoring/rank-coverage.ts';
import { tauB } from '#test/support/scoring/reference-analysis.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };

function analyzeDice(rows: number[][], rules: Partial<AnalysisInput> = {}) {
  const submissions = rows.map((row, s) => ({ id: `${s}`, cases: row.map((dice) => ({ dice })) }));
  const defaults = { method: 'AGGREGATE_THEN_RANK', summary: 'MEAN', seed: 1 } as const;
  return analyzeRanking({ submissions, metrics: [DICE], ...defaults, ...rules });
}

describe('rank ranges', () => {
  // A share of 0.93 has a standard error of 0.018 in 200 leaderboards; 3.5 of them below the aim.
  test.each([
    ['means of one metric', 'exact ties', 30],
    ['ranks on each case', 'exact ties', 30],
    ['means of four metrics', 'exact ties', 30],
    ['means of one metric', 'near ties', 100],
    ['ranks on each case', 'steps', 100],
  ] as const)('all hold the true ranks at once: %s, %s, %i cases', (board, order, cases) => {
    const coverage = simulateCoverage({ board, order, cases, boards: 200, seed: 3 });
    expect(coverage.simultaneous).toBeGreaterThan(0.93 - 3.5 * 0.018);
  });

  test('hold where the percentile intervals of the bootstrapped ranks don’t', () => {
    const given = {
      board: 'means of one metric',
      order: 'exact ties',
      cases: 100,
      boards: 60,
      seed: 9,
    } as const;
    const coverage = simulateCoverage(given);
    expect(coverage.simultaneous).toBeGreaterThan(0.88);
    expect(coverage.percentile).toBeLessThan(0.5);
  });

  test('separate a lead that is the same on every case, and nothing where all cases are equal or there is one', () => {
    const row = Array.from({ length: 30 }, (_, c) => c / 40);
    const ahead = row.map((value) => value + 0.1);
    expect(analyzeDice([row, ahead, row]).rankRanges).toEqual([
      [2, 3],
      [1, 1],
      [2, 3],
    ]);
    expect(analyzeDice([[0.1], [0.9]]).rankRanges).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('a metric over the set alone leaves them open, because it has no value per case', () => {
    const auroc: RankedMetric = { metric: 'auroc', over: 'set', better: 'higher', weight: 1 };
    const submissions = [0.9, 0.6].map((value, s) => ({
      id: `${s}`,
      cases: Array.from({ length: 20 }, () => ({})),
      sets: { auroc: { value, failed: 0, replicates: new Float64Array(1000).fill(value) } },
    }));
    const rules = { metrics: [auroc], method: 'AGGREGATE_THEN_RANK', summary: 'MEAN', seed: 1 } as const;
    const analysis = analyzeRanking({ submissions, ...rules });
    expect([...analysis.ranking.ranks]).toEqual([1, 2]);
    expect(analysis.rankRanges).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect([...analysis.tiers]).toEqual([1, 1]);
    expect(analysis.tests).toEqual({ overall: null, metrics: [null] });
    expect(analysis.uncertainty!.firstInHalves).toBeNull();
  });
});

describe('Kendall’s τ-b', () => {
  test('has the values of SciPy', () => {
    // scipy.stats.kendalltau of [1, 2, 2, 4, 5] and [2, 1, 3, 3, 5], SciPy 1.17.1
    expect(prepareTauB(Float64Array.of(1, 2, 2, 4, 5))(Float64Array.of(2, 1, 3, 3, 5))).toBeCloseTo(
      2 / 3,
      14,
    );
    expect(prepareTauB(Float64Array.of(1, 1, 1))(Float64Array.of(1, 2, 3))).toBeNull();
    expect(prepareTauB(Float64Array.of(1, 2, 3))(Float64Array.of(1, 1, 1))).toBeNull();
  });

  test('is that of all pairs', () => {
    const ranks = fc.integer({ min: 2, max: 12 }).chain((n) => {
      const row = fc.array(fc.integer({ min: 1, max: n }), { minLength: n, maxLength: n });
      return fc.tuple(row, row);
    });
    fc.assert(
      fc.property(ranks, ([x, y]) => {
        const fast = prepareTauB(Float64Array.from(x))(Float64Array.from(y));
        const slow = tauB(x, y);
        if (slow === null) expect(fast).toBeNull();
        else expect(fast).toBeCloseTo(slow, 12);
      }),
    );
  });
});

describe('half splits', () => {
  test('count in how many random halves a submission is first', () => {
    // a is better on the first 10 of 31 cases, b by the same on all others. With 15 drawn, a is first where 8 or more of
    // them are among its 10.
    const wins = Array.from({ length: 31 }, (_, c) => Number(c < 10));
    const rows = [wins, wins.map((won) => 1 - won)];
    const first = analyzeDice(rows, { seed: 5 }).uncertainty!.firstInHalves!;
    const source = seededSource(~5);
    const cases = wins.map((_, c) => c);
    let expected = 0;
    for (let split = 0; split < HALF_SPLITS; split++) {
      for (let place = 0; place < 15; place++) {
        const drawn = place + randomBelow(source, 31 - place);
        [cases[place], cases[drawn]] = [cases[drawn]!, cases[place]!];
      }
      if (cases.slice(0, 15).filter((c) => wins[c] === 1).length >= 8) expected += 1;
    }
    expect([...first]).toEqual([expected, HALF_SPLITS - expected]);
  });

  test('give a submission that is best on every case all of them, and ties both', () => {
    const row = Array.from({ length: 12 }, (_, c) => c / 20);
    const best = row.map((value) => value + 0.2);
    expect([...analyzeDice([row, best, best]).uncertainty!.firstInHalves!]).toEqual([0, 50, 50]);
  });
});

describe('the winner’s curse', () => {
  /** Normal values of as many methods as there are means, on 60 cases. */
  function draw(means: number[], seed: number) {
    const source = seededSource(seed);
    const uniform = () => (source() + 0.5) / 2 ** 32;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    return means.map((mean) => Array.from({ length: 60 }, () => mean + normal()));
  }

  test('makes the best of ten equal methods look better than it is; the corrected score errs to both sides', () => {
    let naive = 0;
    let corrected = 0;
    const boards = 300;
    for (let board = 0; board < boards; board++) {
      const { leader } = analyzeDice(draw(new Array<number>(10).fill(0), board), { replicates: 200 });
      // Lower is better, so a mean below 0 is too good.
      naive += Number(leader!.mean < 0);
      corrected += Number(leader!.corrected < 0);
    }
    expect(naive / boards).toBeGreaterThan(0.98);
    // Standard error √(0.25/300) = 0.029; four of them.
    expect(corrected / boards).toBeGreaterThan(0.5 - 0.116);
    expect(corrected / boards).toBeLessThan(0.5 + 0.116);
  });

  test('hardly changes a score that is far ahead', () => {
    const { leader } = analyzeDice(draw([3, 0, 0], 1));
    expect(Math.abs(leader!.corrected - leader!.mean)).toBeLessThan(1e-6);
  });
});
