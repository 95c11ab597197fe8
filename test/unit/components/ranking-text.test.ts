import { expect, test } from 'vitest';
import { describeCounting, describeRanking } from '#components/leaderboard/ranking-text.ts';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';

const DICE: LeaderboardMetric = {
  metric: 'dice',
  label: 'Dice',
  unit: '1',
  better: 'higher',
  version: 1,
  connectivity: null,
  weight: 1,
  decimals: 3,
  range: [0, 1],
  over: 'case',
};
const HD: LeaderboardMetric = { ...DICE, metric: 'hd', label: 'HD', weight: 2 };
const AUROC: LeaderboardMetric = { ...DICE, metric: 'auroc', label: 'AUROC', over: 'set' };

test.each([
  [[DICE], 'MEAN', 'Teams are ranked by their mean over all cases.'],
  [
    [DICE, { ...HD, weight: 1 }],
    'MEDIAN',
    'Teams are ranked by their median over all cases on each of 2 metrics, and then by the weighted mean of these ranks (equal weights).',
  ],
] as const)('aggregate-then-rank %#', (metrics, summary, text) => {
  expect(describeRanking({ ranking: 'AGGREGATE_THEN_RANK', summary, metrics: [...metrics] })).toBe(text);
});

test.each([
  [
    [DICE],
    'MEAN',
    'Teams are ranked on each case, and then by the mean of these ranks. A failed case ranks behind all others.',
  ],
  [
    [DICE, HD, AUROC],
    'MEDIAN',
    'Teams are ranked on each case and each of 2 metrics, and then by the weighted mean of these ranks (weights 1, 2). A failed case ranks behind all others. Shown, but not ranked, without a value per case: AUROC. The scores shown are medians over all cases.',
  ],
] as const)('rank-then-aggregate %#', (metrics, summary, text) => {
  expect(describeRanking({ ranking: 'RANK_THEN_AGGREGATE', summary, metrics: [...metrics] })).toBe(text);
});

test('which submission counts, and by what', () => {
  expect(describeCounting({ counting: 'LATEST', metrics: [DICE] })).toBe(
    'Each team’s latest submission counts.',
  );
  expect(describeCounting({ counting: 'BEST', metrics: [DICE] })).toBe(
    'Each team’s best submission counts: the one with the best mean Dice.',
  );
  expect(describeCounting({ counting: 'BEST', metrics: [AUROC] })).toContain('the best AUROC.');
});
