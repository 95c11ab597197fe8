import { describe, expect, test } from 'vitest';
import { holm } from '#lib/domain/ranking/significance/holm.ts';
import { twoSidedP } from '#lib/domain/ranking/significance/normal.ts';
import { significantDirection, testPairs } from '#lib/domain/ranking/significance/pair-tests.ts';
import { prepareSignedRanks } from '#lib/domain/ranking/significance/signed-ranks.ts';
import { assignTiers, leaderboardOrder } from '#lib/domain/ranking/significance/tiers.ts';

/** Two submissions on as many cases as there are values. */
function testTwo(x: number[], y: number[]) {
  const values = Float64Array.from(x.flatMap((value, c) => [value, y[c]!]));
  return testPairs({ values, counts: new Uint8Array(x.length).fill(1) }, 2);
}

test('two-sided probabilities of the normal distribution are those of SciPy, far into the tail', () => {
  // 2 * scipy.stats.norm.sf(z), SciPy 1.17.1
  const known = [
    [0, 1],
    [0.5, 0.6170750774519738],
    [1.96, 0.04999579029644087],
    [2.8, 0.005110260660855864],
    [5, 5.733031437583866e-7],
    [10, 1.523970604832094e-23],
    [30, 9.813427854295816e-198],
  ] as const;
  for (const [z, p] of known) expect(Math.abs(twoSidedP(z) / p - 1)).toBeLessThan(1e-12);
});

describe('the Wilcoxon test', () => {
  // Each p-value is that of SciPy 1.17.1, wilcoxon(x, y, zero_method='wilcox', correction=True, method='approx').
  test.each([
    {
      name: 'two treatments of ten subjects, with a zero and ties',
      x: [125, 115, 130, 140, 140, 115, 140, 125, 140, 135],
      y: [110, 122, 125, 120, 140, 124, 123, 137, 135, 145],
      p: 0.6352893188352069,
    },
    {
      // Darwin’s maize: the example of SciPy’s documentation and of many textbooks.
      name: 'differences in height of fifteen pairs of plants',
      x: [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75],
      y: new Array<number>(15).fill(0),
      p: 0.043772323763041174,
    },
    {
      name: 'many ties and two zeros',
      x: [1, 1, -1, 2, 2, 2, -3, 0, 0, 4, 4, -4, 5],
      y: new Array<number>(13).fill(0),
      p: 0.1946589114126911,
    },
    { name: 'no difference at all', x: [0.5, 0.7, 0], y: [0.5, 0.7, 0], p: 1 },
  ])('has the p-value of SciPy: $name', ({ x, y, p }) => {
    expect(testTwo(x, y).p[0]).toBeCloseTo(p, 13);
    expect(testTwo(y, x).p[0]).toBeCloseTo(p, 13);
  });

  test('drops differences that are zero after rounding to 10 decimals, and ties what rounds alike', () => {
    // 0.1 + 0.2 − 0.3 = 5.6e-17, and 0.3 − 0.2 differs from 0.1 in the last digit.
    const ranks = prepareSignedRanks([
      Float64Array.of(0.1 + 0.2, 0.3, 0.1, 4),
      Float64Array.of(0.3, 0.2, 0, 0),
    ]);
    // Differences 0, 0.1, 0.1, 4: ranks 1.5, 1.5 and 3.
    expect(ranks(0, 1)).toEqual({ n: 3, positive: 6, ties: 6 });
    expect(ranks(1, 0)).toEqual({ n: 3, positive: 0, ties: 6 });
  });

  test('ranks differences of any size, from 1e-10 to beyond what 10 decimals can tell apart', () => {
    const row = Float64Array.of(1e-10, -2e-10, 0.5, -1000, 1e6, -1e6, 3e12, -4e15);
    const ranks = prepareSignedRanks([row, new Float64Array(8)]);
    // Positive: ranks 1, 3, 5.5 and 7; 1e6 ties with −1e6.
    expect(ranks(0, 1)).toEqual({ n: 8, positive: 16.5, ties: 6 });
  });
});

test('Holm multiplies ascending p-values by m, m − 1, … and never falls', () => {
  // 0.005·5, 0.01·4, 0.03·3, 0.04·2 = 0.08 < 0.09, 0.5
  const adjusted = holm(Float64Array.of(0.01, 0.04, 0.03, 0.005, 0.5));
  [0.04, 0.09, 0.09, 0.025, 0.5].forEach((value, at) => void expect(adjusted[at]).toBeCloseTo(value, 12));
  expect([...holm(Float64Array.of(0.9, 0.4, 0.4))]).toEqual([1, 1, 1]);
});

test('a tier ends where its head significantly beats a submission, and its members never start one', () => {
  // On 20 cases: b is behind a by too little to tell, c and d clearly behind a, and d clearly behind b but not behind c.
  const lags = [0, 0.001, 0.2, 0.201];
  const noise = (s: number, c: number) => 0.05 * Math.sin(7 * s + 3 * c * (s + 1));
  const values = Float64Array.from({ length: 80 }, (_, cell) => lags[cell % 4]! + noise(cell % 4, cell >> 2));
  const tests = testPairs({ values, counts: new Uint8Array(20).fill(1) }, 4);
  expect(significantDirection(tests, 0, 1)).toBe(0);
  expect(significantDirection(tests, 0, 2)).toBe(1);
  expect(significantDirection(tests, 3, 0)).toBe(-1);
  expect(significantDirection(tests, 2, 3)).toBe(0);
  expect([...assignTiers([0, 1, 2, 3], tests)]).toEqual([1, 1, 2, 2]);
  // Where the order says otherwise, c heads a tier that a and b join, because c beats neither.
  expect([...assignTiers([2, 0, 1, 3], tests)]).toEqual([1, 1, 1, 1]);
});

test('equal ranks stand in the order of their wins, then of their submission', () => {
  expect(leaderboardOrder(Float64Array.of(2, 1, 2, 2), Uint32Array.of(0, 0, 1, 0))).toEqual([1, 2, 0, 3]);
});
