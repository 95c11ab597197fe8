import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { plotCsv } from '#components/figures/export-plot.ts';
import { formatTick, whichTeams } from '#components/figures/figure-rows.ts';
import { bestSoFar, dayTicks, spreadLabels } from '#components/figures/history.ts';
import { dotsPath } from '#components/figures/scales.ts';
import { testOf } from '#lib/site/figures/pair-tests.ts';

describe('best so far', () => {
  const points = [
    [1, 0.5],
    [2, null],
    [3, 0.4],
    [4, 0.6],
    [5, 0.6],
  ] as const;

  it('takes a step where a submission is better than all before', () => {
    expect(bestSoFar(points, { better: 'higher' })).toEqual([
      [1, 0.5],
      [4, 0.6],
    ]);
    expect(bestSoFar(points, { better: 'lower' })).toEqual([
      [1, 0.5],
      [3, 0.4],
    ]);
  });
});

test('labels never overlap, stay above the bottom if there is room, and keep their order', () => {
  const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(wanted, (places) => {
      const placed = spreadLabels(places, 15, 300);
      const sorted = placed.toSorted((a, b) => a - b);
      for (const [index, place] of sorted.entries()) {
        if (index > 0) expect(place - sorted[index - 1]!).toBeGreaterThanOrEqual(15 - 1e-9);
      }
      expect(sorted.at(-1)!).toBeLessThanOrEqual(300 + 1e-9);
      places.forEach((a, i) => {
        places.forEach((b, j) => {
          if (a < b) expect(placed[i]!).toBeLessThan(placed[j]!);
        });
      });
    }),
  );
});

test('ticks of days are midnights within the time, and few', () => {
  const from = Date.parse('2026-03-01T10:00:00Z');
  expect(
    dayTicks(from, Date.parse('2026-03-02T12:00:00Z')).map((tick) => new Date(tick).toISOString()),
  ).toEqual(['2026-03-02T00:00:00.000Z']);
  const long = dayTicks(from, Date.parse('2026-09-01T00:00:00Z'));
  expect(long.length).toBeGreaterThan(2);
  expect(long.length).toBeLessThan(7);
  expect(long.every((tick) => tick % 86_400_000 === 0)).toBe(true);
});

test('a plot as CSV has its columns’ names, and no cell that a spreadsheet runs', () => {
  const columns = [
    { name: 'team', label: 'Team' },
    { name: 'dice', label: 'Dice' },
  ];
  const rows = [
    ['=HYPERLINK("x")', 0.5],
    ['a, b', null],
  ];
  expect(plotCsv({ columns, rows })).toBe('team,dice\r\n"\'=HYPERLINK(""x"")",0.5\r\n"a, b",\r\n');
});

test('dots are one path', () => {
  expect(
    dotsPath([
      [1, 2],
      [3.04, 4],
    ]),
  ).toBe('M1.0 2.0h0M3.0 4.0h0');
});

test('ticks have a true minus and no needless zeros', () => {
  expect([formatTick(-2.5, 1), formatTick(0.25, 3), formatTick(20, 0)]).toEqual(['−2.5', '0.25', '20']);
});

test('figures say which teams they show', () => {
  const teams = Array.from({ length: 30 }, () => ({}) as never);
  expect(whichTeams({ teams: teams.slice(0, 8), total: 8 })).toBe('all 8 teams');
  expect(whichTeams({ teams, total: 500 })).toContain('30 of 500 teams');
});

test('the test of a pair has the sign of the order in which it is asked for', () => {
  // Pairs (0, 1), (0, 2), (1, 2).
  const pairs = { submissionCount: 3, adjusted: [0.01, 0.02, 0.5], better: [1, -1, 0] };
  const figures = { submissions: ['x', 'y', 'z', 'beyond'], pairs };
  expect(testOf(figures, 'x', 'y')).toEqual({ p: 0.01, better: 1 });
  expect(testOf(figures, 'y', 'x')).toEqual({ p: 0.01, better: -1 });
  expect(testOf(figures, 'z', 'x')).toEqual({ p: 0.02, better: 1 });
  expect(testOf(figures, 'z', 'y')).toEqual({ p: 0.5, better: 0 });
  expect(testOf(figures, 'x', 'beyond')).toBeNull();
  expect(testOf(figures, 'x', 'x')).toBeNull();
  expect(testOf(figures, 'x', 'unknown')).toBeNull();
});
