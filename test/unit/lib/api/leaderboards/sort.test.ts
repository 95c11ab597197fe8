import { expect, test } from 'vitest';
import type { LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { nextSort, parseSort, sortEntries, sortParameter } from '#lib/api/leaderboards/sort.ts';
import { parsePins, togglePin } from '#lib/api/pages/leaderboard-pins.ts';
import { type RankingVariant, VARIANT_NAMES } from '#lib/domain/ranking/methods/variants.ts';

function entry(teamSlug: string, rank: number, dice: number | null, failed = 0): LeaderboardEntry {
  return {
    teamSlug,
    teamName: teamSlug.toUpperCase(),
    submissionId: teamSlug,
    algorithm: 'a',
    submittedAt: `2026-01-0${rank}T00:00:00Z`,
    rank,
    rankRange: [rank, rank],
    tier: 1,
    falseOrder: null,
    firstInHalves: null,
    methodRanks: [rank, rank, rank, rank],
    history: [],
    meanRank: rank,
    failed,
    submissionCount: 1,
    scores: [{ value: dice, interval: null, rank }],
  };
}

function leaderboard(entries: LeaderboardEntry[]): LeaderboardView {
  const phase = {
    id: 'p',
    slug: 'test',
    title: 'Test',
    kind: 'HIDDEN',
    status: 'open',
    zone: 'UTC',
    late: null,
    opensAt: '2026-01-01T00:00:00Z',
    closesAt: '2026-02-01T00:00:00Z',
    caseCount: 3,
  } as const;
  const dice = { metric: 'dice', label: 'Dice', unit: '1', better: 'higher', version: 1 } as const;
  return {
    challengeSlug: 'c',
    challengeTitle: 'C',
    synthetic: false,
    phase,
    ranking: 'AGGREGATE_THEN_RANK',
    summary: 'MEAN',
    counting: 'BEST',
    decimals: 3,
    caseCount: 3,
    isSealed: false,
    heldBackCases: 0,
    replicates: 1000,
    seed: 1,
    metrics: [{ ...dice, connectivity: null, weight: 1, decimals: 3, range: [0, 1], over: 'case' }],
    methods: VARIANT_NAMES,
    certainty: { tau: null, bestSet: [], tiers: 1, comparedBy: null, leader: null },
    historyRange: null,
    ...{ strata: [], stratum: null, revision: 'none' },
    axis: { min: 0, max: 1, ticks: [0, 1] },
    entries,
    baselines: [],
    page: { total: entries.length, matching: entries.length, from: 1, next: null, previous: null },
    updatedAt: null,
    asOf: '2026-01-05T00:00:00Z',
  };
}

const teams = (entries: LeaderboardEntry[]) => entries.map(({ teamSlug }) => teamSlug);

test('an unknown sort column falls back to the rank', () => {
  const view = leaderboard([entry('b', 2, 0.5), entry('a', 1, 0.6)]);
  for (const text of [undefined, '', '-', 'hd95', '-nonsense']) {
    expect(teams(sortEntries(view, parseSort(view, text))), String(text)).toEqual(['a', 'b']);
  }
});

test('missing scores come last in both directions, and ties keep the ranking', () => {
  const view = leaderboard([
    entry('a', 1, 0.5),
    entry('none', 2, null),
    entry('b', 3, 0.5),
    entry('c', 4, 0.9),
  ]);
  expect(teams(sortEntries(view, { key: 'dice', descending: true }))).toEqual(['c', 'a', 'b', 'none']);
  expect(teams(sortEntries(view, { key: 'dice', descending: false }))).toEqual(['a', 'b', 'c', 'none']);
});

test('the first click sorts the best or newest first, the second reverses the order', () => {
  const view = leaderboard([entry('a', 1, 0.5)]);
  const byRank = parseSort(view, undefined);
  const dice = nextSort(view, byRank, 'dice');
  expect(sortParameter(dice)).toBe('-dice');
  expect(sortParameter(nextSort(view, dice, 'dice'))).toBe('dice');
  expect(sortParameter(nextSort(view, byRank, 'failed'))).toBe('failed');
  expect(sortParameter(nextSort(view, byRank, 'date'))).toBe('-date');
  expect(sortParameter(nextSort(view, dice, 'rank'))).toBeNull();
});

test('sorting leaves the given entries unchanged', () => {
  const view = leaderboard([entry('b', 2, 0.5), entry('a', 1, 0.6)]);
  sortEntries(view, { key: 'rank', descending: false });
  expect(teams(view.entries)).toEqual(['b', 'a']);
});

test('pins are on the leaderboard, unique, and five at most', () => {
  const onLeaderboard = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(parsePins(undefined, onLeaderboard)).toEqual([]);
  expect(parsePins('', onLeaderboard)).toEqual([]);
  expect(parsePins('c,x,c,a', onLeaderboard)).toEqual(['c', 'a']);
  expect(parsePins('a,b,c,d,e,f', onLeaderboard)).toHaveLength(5);
  expect(togglePin(['a', 'b'], 'a')).toEqual(['b']);
  expect(togglePin(['a', 'b', 'c', 'd', 'e'], 'f')).toBeNull();
});

test('an order by rank follows another method, if one is asked for', () => {
  const view = leaderboard([
    { ...entry('a', 1, 0.6), methodRanks: [1, 1, 2, 3] },
    { ...entry('b', 2, 0.5), methodRanks: [2, 3, 1, 2] },
    { ...entry('c', 3, 0.4), methodRanks: [3, 2, 3, 1] },
  ]);
  const by = (method: RankingVariant | null, descending = false) =>
    teams(sortEntries(view, { key: 'rank', descending }, method));
  expect(by(null)).toEqual(['a', 'b', 'c']);
  expect(by('aggregate-then-rank:median')).toEqual(['a', 'c', 'b']);
  expect(by('test-based')).toEqual(['c', 'b', 'a']);
  expect(by('test-based', true)).toEqual(['a', 'b', 'c']);
});
