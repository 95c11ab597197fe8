import { expect, test } from 'vitest';
import { leaderboardState } from '#components/leaderboard/leaderboard-state.ts';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';

const DICE = { metric: 'dice', label: 'Dice', unit: '1', better: 'higher', version: 1, weight: 1 } as const;
const view = {
  challengeSlug: 'stroke',
  phase: { slug: 'test' },
  metrics: [{ ...DICE, connectivity: null }],
  ranking: 'AGGREGATE_THEN_RANK',
  summary: 'MEAN',
  pins: ['red'],
  stratum: null,
  metricSets: [{ name: 'Lesions', metrics: ['dice'] }],
} as unknown as LeaderboardPageView;

const query = { sort: '-dice', method: undefined, metrics: undefined, q: 'u-net', after: 'blue', pin: 'red' };

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

test('another method is kept in the URL, and the phase’s own needs no parameter', () => {
  const { hrefOf, method, kept } = leaderboardState(view, { ...query, method: 'test-based' });
  expect(method).toBe('test-based');
  expect(kept).toMatchObject({ method: 'test-based' });
  expect(hrefOf({ after: 'green' })).toContain('method=test-based');
  expect(hrefOf({ method: null })).not.toContain('method');
  for (const text of ['aggregate-then-rank:mean', 'constructor', '', 'nonsense']) {
    expect(leaderboardState(view, { ...query, method: text }).method, text).toBeNull();
  }
});

test('a stratum is kept in the URL by order, method and search, and left for all cases', () => {
  const { hrefOf, kept } = leaderboardState({ ...view, stratum: 'site-2' }, query);
  expect(kept).toMatchObject({ phase: 'test', stratum: 'site-2' });
  expect(hrefOf({ method: 'test-based' })).toContain('stratum=site-2');
  expect(hrefOf({ stratum: 'site-1' })).toContain('stratum=site-1');
  expect(hrefOf({ stratum: null })).not.toContain('stratum');
});

test('a metric set is kept in the URL, and a name that the phase doesn’t have shows all metrics', () => {
  const { hrefOf, metricSet } = leaderboardState(view, { ...query, metrics: 'Lesions' });
  expect(metricSet).toBe('Lesions');
  expect(hrefOf({ method: 'test-based' })).toContain('metrics=Lesions');
  expect(hrefOf({ metricSet: null })).not.toContain('metrics');
  expect(leaderboardState(view, { ...query, metrics: 'Voxels' }).metricSet).toBeNull();
});
