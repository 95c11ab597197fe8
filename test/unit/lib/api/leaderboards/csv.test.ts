import { expect, test } from 'vitest';
import { csvCell, leaderboardCsv } from '#lib/api/leaderboards/csv.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';

test.each([
  ['plain', 'plain'],
  ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1+1', "'＝1+1"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  [-0.5, '-0.5'],
  [null, ''],
])('%j is the cell %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('a leaderboard has one line per team, with the decimals that the phase shows', () => {
  const metric = {
    metric: 'dice',
    label: 'Dice',
    unit: '1',
    better: 'higher',
    version: 1,
    connectivity: null,
    weight: 1,
    over: 'case',
  };
  const entry = {
    teamSlug: 'aces',
    teamName: '=cmd',
    submissionId: 'id-1',
    algorithm: 'a, b',
    submittedAt: '2026-03-01T00:00:00.000Z',
    rank: 1,
    rankRange: [1, 2],
    tier: 1,
    meanRank: 1.5,
    failed: 0,
    submissionCount: 1,
    scores: [{ value: 0.5, interval: [0.4, 0.6], rank: 1 }],
  };
  const leaderboard = {
    metrics: [metric],
    entries: [entry],
    decimals: 3,
    summary: 'MEAN',
  } as unknown as LeaderboardView;
  expect(leaderboardCsv(leaderboard)).toBe(
    'rank,rank_low,rank_high,tier,team,team_name,algorithm,submission,submitted_at,failed_cases,mean_rank,dice_mean,dice_low,dice_high,dice_rank\r\n' +
      `1,1,2,1,aces,'=cmd,"a, b",id-1,2026-03-01T00:00:00.000Z,0,1.5,0.5,0.4,0.6,1\r\n`,
  );
  const medians = leaderboardCsv({
    ...leaderboard,
    summary: 'MEDIAN',
    metrics: [leaderboard.metrics[0]!, { ...leaderboard.metrics[0]!, metric: 'auroc', over: 'set' }],
  });
  expect(medians).toContain(',dice_median,dice_low,dice_high,dice_rank,auroc_value,auroc_low,');
});
