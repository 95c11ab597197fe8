import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnalysisInput, analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { findKnown } from '#lib/domain/ranking/memory.ts';
import { type ArbitraryBoard, boards } from '#test/support/scoring/leaderboard-arbitrary.ts';
import { METHODS } from '#test/support/scoring/reference-analysis.ts';

const BOARD = boards({ submissions: 7, cases: 12, metrics: 3 });

function analyze(given: ArbitraryBoard, rules: Partial<AnalysisInput>) {
  const analysis = analyzeRanking({
    ...{ ...given, method: 'AGGREGATE_THEN_RANK', summary: 'MEAN', replicates: 40 },
    ...rules,
  });
  const { ranking, tests, memory, ...rest } = analysis;
  const families = [tests.overall, ...tests.metrics].map((family) => {
    return family && { p: family.p, direction: family.direction, adjusted: family.adjusted };
  });
  return {
    memory,
    shown: { ...rest, ranks: ranking.ranks, scores: ranking.scores, by: ranking.metricScores(), families },
  };
}

describe.each(Object.entries(METHODS))('%s', (_, method) => {
  test.each(['ranked', 'averages'] as const)(
    'a ranking is the same with a memory of an earlier one (%s)',
    (intervalsOf) => {
      const rules = { ...method, intervalsOf };
      fc.assert(
        fc.property(BOARD, fc.nat(), fc.nat(), (given, choice, place) => {
          const { submissions } = given;
          const changed = choice % submissions.length;
          const one = submissions[changed]!;
          // A submission that is new, one that has changed, one that is gone, and another order.
          const earlier = {
            ...given,
            submissions: submissions
              .with(changed, { ...one, cases: one.cases.with(place % one.cases.length, 'failed') })
              .toReversed()
              .slice(0, Math.max(1, submissions.length - 1))
              .concat({ ...one, id: 'gone' }),
          };
          const { memory } = analyze(earlier, rules);
          expect(analyze(given, { ...rules, memory }).shown).toEqual(analyze(given, rules).shown);
        }),
        { numRuns: 60 },
      );
    },
  );
});

test('what is the same is found again; another value, another case that counts and another metric are not', () => {
  const cases = [{ dice: 0.5 }, { dice: 0.6 }];
  const metric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 } as const;
  const given: ArbitraryBoard = {
    submissions: [
      { id: 'a', cases },
      { id: 'b', cases },
    ],
    metrics: [metric],
    seed: 1,
  };
  const { memory } = analyze(given, {});
  const places = (board: ArbitraryBoard) => {
    const ids = board.submissions.map(({ id }) => id);
    const known = findKnown(memory, ids, analyze(board, {}).memory.table);
    return known && [...known.places];
  };
  expect(places({ ...given, submissions: given.submissions.toReversed() })).toEqual([1, 0]);
  const better = { id: 'a', cases: [{ dice: 0.5 }, { dice: 0.7 }] };
  expect(places({ ...given, submissions: [better, given.submissions[1]!] })).toEqual([-1, 1]);
  expect(places({ ...given, metrics: [{ ...metric, undefinedCases: new Set([1]) }] })).toBeNull();
  expect(places({ ...given, metrics: [{ ...metric, better: 'lower' }] })).toBeNull();
});
