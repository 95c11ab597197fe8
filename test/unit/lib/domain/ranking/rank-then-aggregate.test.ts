import { expect, test } from 'vitest';
import type { RankedMetric } from '#lib/domain/ranking/table.ts';
import { type LeaderboardInput, rankRows } from '#test/support/scoring/rank-rows.ts';

const DICE: RankedMetric = { metric: 'dice', better: 'higher', weight: 1, worst: 0 };
const VOLUME: RankedMetric = { metric: 'volume_difference', better: 'lower', weight: 1, worst: 100 };
const SENSITIVITY: RankedMetric = { metric: 'sensitivity', better: 'higher', weight: 1, worst: 0 };

function rankCases(given: Pick<LeaderboardInput, 'submissions' | 'metrics'>) {
  return rankRows({ ...given, ranking: 'RANK_THEN_AGGREGATE', seed: 1 });
}

test('ranks are given on each case and metric, averaged over cases, weighted over metrics, and ranked', () => {
  // Case 1: dice 0.9, 0.9, 0.5 → ranks 1, 1, 3;  volume 4, 2, 2           → ranks 3, 1, 1
  // Case 2: dice 0.8, 0.1, failed → ranks 1, 2, 3;  volume 0, 300, failed → ranks 1, 2, 3
  // b's 300 ml is worse than the declared worst of 100 ml, and c still ranks behind it.
  // Mean ranks on dice: a 1, b 1.5, c 3; on volume: a 2, b 1.5, c 2.
  // Weights 3 and 1: a (3·1+2)/4 = 1.25, b (3·1.5+1.5)/4 = 1.5, c (3·3+2)/4 = 2.75
  const rows = rankCases({
    submissions: [
      {
        id: 'a',
        cases: [
          { dice: 0.9, volume_difference: 4 },
          { dice: 0.8, volume_difference: 0 },
        ],
      },
      {
        id: 'b',
        cases: [
          { dice: 0.9, volume_difference: 2 },
          { dice: 0.1, volume_difference: 300 },
        ],
      },
      { id: 'c', cases: [{ dice: 0.5, volume_difference: 2 }, 'failed'] },
    ],
    metrics: [{ ...DICE, weight: 3 }, VOLUME],
  });
  expect(rows.map(({ id, meanRank, rank }) => [id, meanRank, rank])).toEqual([
    ['a', 1.25, 1],
    ['b', 1.5, 2],
    ['c', 2.75, 3],
  ]);
  // By each metric alone: the mean ranks of above. The means are those of the values.
  expect(rows.map(({ scores }) => scores.map(({ value, rank }) => [value, rank]))).toEqual([
    [
      [(0.9 + 0.8) / 2, 1],
      [2, 2],
    ],
    [
      [0.5, 2],
      [151, 1],
    ],
    [
      [0.25, 3],
      [51, 2],
    ],
  ]);
});

test('a large lead on one case counts no more than a small one on another', () => {
  // Ranks of `often`: 1, 1, 2, so 4/3; of `far`: 2, 2, 1, so 5/3. The means say 0.5 and 0.69.
  const submissions = [
    { id: 'far', cases: [{ dice: 0.59 }, { dice: 0.59 }, { dice: 0.9 }] },
    { id: 'often', cases: [{ dice: 0.6 }, { dice: 0.6 }, { dice: 0.3 }] },
  ];
  expect(rankCases({ submissions, metrics: [DICE] }).map(({ id }) => id)).toEqual(['often', 'far']);
  const byMeans = rankRows({ submissions, metrics: [DICE], seed: 1 });
  expect(byMeans.map(({ id }) => id)).toEqual(['far', 'often']);
});

test('failures tie behind all others, and a missing value ranks like a failure on its metric', () => {
  // Ranks: value 1; empty 2 and crash 2.
  const rows = rankCases({
    submissions: [
      { id: 'crash', cases: ['failed'] },
      { id: 'empty', cases: [{ dice: null }] },
      { id: 'value', cases: [{ dice: 0 }] },
    ],
    metrics: [DICE],
  });
  expect(rows.map(({ id, rank }) => [id, rank])).toEqual([
    ['value', 1],
    ['crash', 2],
    ['empty', 2],
  ]);
});

test('a case that is undefined for a metric is left out of its ranks, for those who failed on it too', () => {
  // Case 2 has no lesion. Sensitivity counts on cases 1 and 3: a ranks 1, 2 and b 2, 1. Dice counts on all:
  // a ranks 1, 1, 1 and b 2, 2, 2. a (1.5 + 1)/2 = 1.25, b (1.5 + 2)/2 = 1.75.
  const rows = rankCases({
    submissions: [
      {
        id: 'a',
        cases: [
          { dice: 0.9, sensitivity: 0.9 },
          { dice: 0.9, sensitivity: null },
          { dice: 0.9, sensitivity: 0.1 },
        ],
      },
      {
        id: 'b',
        cases: [{ dice: 0.5, sensitivity: 0.5 }, 'failed', { dice: 0.5, sensitivity: 0.5 }],
      },
    ],
    metrics: [DICE, { ...SENSITIVITY, undefinedCases: new Set([1]) }],
  });
  expect(rows.map(({ id, meanRank }) => [id, meanRank])).toEqual([
    ['a', 1.25],
    ['b', 1.75],
  ]);
});

test('a metric without any case gives its weight to the others', () => {
  const rows = rankCases({
    submissions: [
      { id: 'a', cases: [{ dice: 0.2, sensitivity: null }] },
      { id: 'b', cases: [{ dice: 0.3, sensitivity: null }] },
    ],
    metrics: [DICE, { ...SENSITIVITY, undefinedCases: new Set([0]) }],
  });
  expect(rows.map(({ id, meanRank }) => [id, meanRank])).toEqual([
    ['b', 1],
    ['a', 2],
  ]);
  expect(rows[0]!.scores[1]).toMatchObject({ value: null, interval: null, rank: null });
});
