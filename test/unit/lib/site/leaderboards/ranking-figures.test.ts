import { expect, test } from 'vitest';
import { analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { seededSource } from '#lib/domain/ranking/random.ts';
import { significantDirection } from '#lib/domain/ranking/significance/pair-tests.ts';
import { describeFigures, MAX_PAIRED } from '#lib/site/leaderboards/ranking-figures.ts';

const CASES = 40;

function analyze(count: number, replicates: number) {
  const random = seededSource(3);
  const submissions = Array.from({ length: count }, (_, s) => ({
    id: `s${s}`,
    cases: Array.from({ length: CASES }, () => ({ dice: random() / 2 ** 32 + s / count })),
  }));
  const analysis = analyzeRanking({
    submissions,
    metrics: [{ metric: 'dice', better: 'higher', weight: 1, worst: 0 }],
    ...{ method: 'AGGREGATE_THEN_RANK', summary: 'MEAN', seed: 1, replicates },
  });
  return {
    analysis,
    figures: describeFigures(
      analysis,
      submissions.map(({ id }) => id),
    ),
  };
}

test('counts of ranks begin at the best rank and add up to the replicates', () => {
  const { analysis, figures } = analyze(6, 80);
  expect(figures.submissions).toEqual(analysis.order.map((s) => `s${s}`));
  figures.rankCounts.forEach(([first, ...counts], place) => {
    const shares = analysis.uncertainty!.rankShares[analysis.order[place]!]!;
    const expected = [...shares].map((share) => Math.round(share * 80));
    const listed = expected.map((_, rank) => counts[rank + 1 - first!] ?? 0);
    expect(listed).toEqual(expected);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(80);
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts.at(-1)).toBeGreaterThan(0);
  });
});

test('pairs follow the leaderboard, and only those of the first teams are kept', () => {
  const { analysis, figures } = analyze(MAX_PAIRED + 20, 40);
  const { submissionCount, adjusted, better } = figures.pairs;
  expect(submissionCount).toBe(MAX_PAIRED);
  expect(adjusted).toHaveLength((MAX_PAIRED * (MAX_PAIRED - 1)) / 2);
  const [first, second, last] = [0, 1, MAX_PAIRED - 1].map((place) => analysis.order[place]!);
  const { overall } = analysis.tests;
  expect(better[0]).toBe(significantDirection(overall!, first!, second!));
  expect(better[MAX_PAIRED - 2]).toBe(significantDirection(overall!, first!, last!));
  expect(better[MAX_PAIRED - 2]).toBe(1);
  // Bounded: each further team adds its ID and the counts of its ranks only.
  expect(JSON.stringify(figures).length).toBeLessThan(80_000);
});
