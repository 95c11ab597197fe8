import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnalysisInput, analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { significantDirection } from '#lib/domain/ranking/significance/pair-tests.ts';
import { boards } from '#test/support/scoring/leaderboard-arbitrary.ts';
import { METHODS, type ReferenceInput, referenceAnalysis } from '#test/support/scoring/reference-analysis.ts';

const REPLICATES = 60;

function expectClose(actual: Iterable<number> | null | undefined, expected: number[] | null): void {
  if (expected === null) {
    expect(actual ?? null).toBeNull();
    return;
  }
  const list = [...actual!];
  expect(list).toHaveLength(expected.length);
  expected.forEach((value, at) => void expect(list[at]).toBeCloseTo(value, 9));
}

function expectPairs(
  actual: ReturnType<typeof analyzeRanking>['tests']['overall'],
  expected: ReturnType<typeof referenceAnalysis>['overall'],
): void {
  if (expected === null) {
    expect(actual).toBeNull();
    return;
  }
  expectClose(
    actual!.p,
    expected.map(({ p }) => p),
  );
  expectClose(
    actual!.adjusted,
    expected.map(({ adjusted }) => adjusted),
  );
  for (const { a, b, adjusted, better } of expected) {
    const direction = adjusted > 0.05 || better === null ? 0 : better === a ? 1 : -1;
    expect(significantDirection(actual!, a, b)).toBe(direction);
    expect(significantDirection(actual!, b, a)).toBe(direction === 0 ? 0 : -direction);
  }
}

function compareWithReference(given: Omit<ReferenceInput, 'replicates'>, replicates = REPLICATES): void {
  const { method, ...input } = given;
  const analysis = analyzeRanking({ ...input, ...METHODS[method], replicates });
  const reference = referenceAnalysis({ ...given, replicates });
  expect([...analysis.ranking.ranks]).toEqual(reference.ranks);
  expectClose(analysis.ranking.scores, reference.scores);
  const metricScores = analysis.ranking.metricScores();
  given.metrics.forEach((_, m) => {
    expectClose(metricScores[m], reference.metricScores[m]!);
    expect(analysis.metricRanks[m] && [...analysis.metricRanks[m]]).toEqual(reference.ranksByMetric[m]);
    expectPairs(analysis.tests.metrics[m]!, reference.families[m]!);
  });
  expectPairs(analysis.tests.overall, reference.overall);
  expect([...analysis.wins]).toEqual(reference.wins);
  expect(analysis.order).toEqual(reference.order);
  expect([...analysis.tiers]).toEqual(reference.tiers);
  expect(analysis.rankRanges).toEqual(reference.rankRanges);
  expect(analysis.bestSet).toEqual(reference.order.filter((s) => reference.rankRanges[s]![0] === 1));
  compareReplicates(analysis, reference);
}

function compareReplicates(
  { uncertainty, order }: ReturnType<typeof analyzeRanking>,
  { replicates, tau, ...full }: ReturnType<typeof referenceAnalysis>,
): void {
  if (replicates === null) {
    expect(uncertainty).toBeNull();
    return;
  }
  // With fewer than 80 replicates, an interval ends at the smallest and the largest value.
  const ends = (values: number[]) => [Math.min(...values), Math.max(...values)];
  full.ranks.forEach((_, s) => {
    const ranks = replicates.map((one) => one.ranks[s]!);
    expect(uncertainty!.bootstrapRanks[s]).toEqual(ends(ranks));
    expectClose(uncertainty!.scoreIntervals[s], ends(replicates.map((one) => one.scores[s]!)));
    const shares = full.ranks.map((__, at) => ranks.filter((rank) => rank === at + 1).length / ranks.length);
    expectClose(uncertainty!.rankShares[s], shares);
    full.metricScores.forEach((__, m) => {
      const known = replicates.flatMap((one) => one.metricScores[m]?.[s] ?? []);
      expectClose(uncertainty!.metricIntervals[m]![s], known.length === 0 ? null : ends(known));
    });
  });
  if (tau === null) expect(uncertainty!.tau).toBeNull();
  else expect(uncertainty!.tau).toBeCloseTo(tau, 9);
  order.slice(1).forEach((lower, place) => {
    const upper = order[place]!;
    const share = replicates.map(({ scores }) => (Math.sign(scores[upper]! - scores[lower]!) + 1) / 2);
    expect(uncertainty!.falseOrder[place]).toBeCloseTo(
      share.reduce((sum, one) => sum + one, 0) / share.length,
      9,
    );
  });
}

const NAMES = Object.keys(METHODS) as ReferenceInput['method'][];

describe.each(NAMES)('%s', (method) => {
  test('agrees with a slow reference on small leaderboards', () => {
    const board = boards({ submissions: 6, cases: 9, metrics: 3 });
    fc.assert(
      fc.property(board, (given) => compareWithReference({ ...given, method })),
      { numRuns: 120 },
    );
  });

  test('agrees with it where differences are significant and the step-down has steps', () => {
    const board = boards({ submissions: 6, cases: 40, metrics: 2 });
    const shifted = board.map(({ submissions, ...rest }) => ({
      ...rest,
      submissions: submissions.map((one, s) => ({
        ...one,
        cases: one.cases.map((result) => shift(result, s)),
      })),
    }));
    fc.assert(
      fc.property(shifted, (given) => compareWithReference({ ...given, method })),
      { numRuns: 60 },
    );
  });
});

/** Moves all values of a submission by a part of its place, so that some are clearly apart. */
function shift<T extends AnalysisInput['submissions'][number]['cases'][number]>(result: T, s: number): T {
  if (result === 'failed') return result;
  const entries = Object.entries(result).map(([metric, value]) => {
    return [metric, value === null ? null : Math.min(1, Math.max(0, value * 0.7 + 0.1 * s))];
  });
  return Object.fromEntries(entries) as T;
}
