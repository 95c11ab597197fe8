import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparePair, type PairedMetric } from '#lib/domain/ranking/pair.ts';
import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';
import { type CaseResult, scoreTable } from '#lib/domain/ranking/table.ts';

const DRAWS = { seed: 3, replicates: 200 };

function pairOf(
  a: readonly CaseResult[],
  b: readonly CaseResult[],
  { better = 'higher' as 'higher' | 'lower', summary = 'MEAN' as 'MEAN' | 'MEDIAN', worst = 0 } = {},
): PairedMetric {
  const metrics = [{ metric: 'dice', better, weight: 1, worst }];
  const submissions = [
    { id: 'a', cases: a },
    { id: 'b', cases: b },
  ];
  return comparePair(scoreTable(submissions, metrics, summary), DRAWS)[0]!;
}

const dice = (values: readonly (number | null)[]): CaseResult[] =>
  values.map((value) => (value === null ? 'failed' : { dice: value }));

it('counts wins, ties and losses, where a failure is worse than the worst value and two failures tie', () => {
  // 0.5 > 0.4; 0.3 = 0.3; failed < 0; 0 > failed; failed = failed; 0.1 < 0.2
  const [a, b] = [dice([0.5, 0.3, null, 0, null, 0.1]), dice([0.4, 0.1 + 0.2, 0, null, null, 0.2])];
  expect(pairOf(a, b).outcomes).toEqual({ wins: 2, ties: 2, losses: 2 });
  // Lower is better: only the two failures and the tie stay as they are.
  expect(pairOf(a, b, { better: 'lower', worst: 9 }).outcomes).toEqual({ wins: 2, ties: 2, losses: 2 });
});

it('gives the difference, its interval and the probability of a false order as a plain bootstrap does', () => {
  const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), {
    minLength: 2,
    maxLength: 12,
  });
  fc.assert(
    fc.property(values, fc.constantFrom('MEAN' as const, 'MEDIAN' as const), (pairs, summary) => {
      const [a, b] = [pairs.map(([one]) => one / 20), pairs.map(([, other]) => other / 20)];
      const found = pairOf(dice(a), dice(b), { summary });
      const average = (sample: number[]) => {
        const sorted = sample.toSorted((x, y) => x - y);
        const half = sorted.length / 2;
        if (summary === 'MEAN') return sample.reduce((sum, value) => sum + value, 0) / sample.length;
        return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
      };
      const difference = average(a) - average(b);
      expect(found.difference).toBeCloseTo(difference, 9);
      const source = seededSource(DRAWS.seed);
      const drawn = Array.from({ length: DRAWS.replicates }, () => {
        const places = a.map(() => randomBelow(source, a.length));
        return average(places.map((i) => a[i]!)) - average(places.map((i) => b[i]!));
      });
      const sorted = drawn.toSorted((x, y) => x - y);
      expect(found.interval![0]).toBeCloseTo(sorted[4]!, 9);
      expect(found.interval![1]).toBeCloseTo(sorted[195]!, 9);
      if (Math.abs(difference) < 1e-10) {
        expect(found.falseOrder).toBeNull();
        return;
      }
      const reversed = drawn.map((one) =>
        Math.abs(one) < 1e-10 ? 0.5 : Number(Math.sign(one) !== Math.sign(difference)),
      );
      const share = reversed.reduce((sum, one) => sum + one, 0) / DRAWS.replicates;
      expect(found.falseOrder).toBeCloseTo(share, 9);
    }),
    { numRuns: 50 },
  );
});

it('is the mirror image when the two are exchanged', () => {
  const [a, b] = [dice([0.9, 0.5, null, 0.7]), dice([0.8, 0.6, 0.2, 0.1])];
  const [one, other] = [pairOf(a, b), pairOf(b, a)];
  expect(other.difference).toBeCloseTo(-one.difference!, 12);
  expect(other.falseOrder).toBe(one.falseOrder);
  expect(other.p).toBe(one.p);
  expect(other.outcomes).toEqual({ wins: one.outcomes!.losses, ties: 0, losses: one.outcomes!.wins });
});

it('leaves out a case that no prediction has a value on', () => {
  const metrics = [
    { metric: 'dice', better: 'higher' as const, weight: 1, worst: 0, undefinedCases: new Set([1]) },
  ];
  const submissions = [
    { id: 'a', cases: dice([0.5, null]) },
    { id: 'b', cases: dice([0.4, null]) },
  ];
  const [found] = comparePair(scoreTable(submissions, metrics, 'MEAN'), DRAWS);
  expect(found).toMatchObject({ outcomes: { wins: 1, ties: 0, losses: 0 }, values: [0.5, 0.4] });
});
