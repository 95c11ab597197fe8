import { expect, test } from 'vitest';
import { leaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';

const DICE = { metric: 'dice', label: 'Dice', unit: '1', better: 'higher', version: 1, weight: 1 } as const;
const view = {
  challengeSlug: 'stroke',
  phase: { slug: 'test' },
  metrics: [{ ...DICE, connectivity: null }],
  pins: ['red'],
} as unknown as LeaderboardPageView;

const query = { sort: '-dice', q: 'u-net', after: 'blue', pin: 'red' };

test('a new order or search begins at the first page and keeps the rest', () => {
  const { hrefOf, kept, sort } = leaderboardState(view, query);
  expect(sort).toEqual({ key: 'dice', descending: true });
  expect(hrefOf({ sort: { key: 'team', descending: false } })).toBe(
    '/challenges/stroke/leaderboard?phase=test&sort=team&pin=red&q=u-net',
  );
  expect(kept).toEqual({ phase: 'test', sort: '-dice', pin: 'red' });
});

test('pinning a team stays on the page, and paging keeps order, pins and search', () => {
  const { hrefOf } = leaderboardState(view, query);
  expect(hrefOf({ pins: ['red', 'green'] })).toBe(
    '/challenges/stroke/leaderboard?phase=test&sort=-dice&pin=red%2Cgreen&q=u-net&after=blue',
  );
  expect(hrefOf({ after: 'green' })).toContain('after=green');
  expect(hrefOf({ after: '' })).not.toContain('after');
});
