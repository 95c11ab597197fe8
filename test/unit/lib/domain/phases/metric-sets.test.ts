import { expect, test } from 'vitest';
import { withMetricSet } from '#components/leaderboard/metric-sets.tsx';
import type { LeaderboardPageView } from '#lib/api/pages/leaderboard.ts';
import { LINE_LISTS } from '#lib/domain/challenges/line-lists.ts';
import { METRIC_SET_SETTINGS, readMetricSetLine } from '#lib/domain/phases/metric-sets.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';

const { metricSets } = METRIC_SET_SETTINGS;
const LESIONS = { name: 'Lesions', metrics: ['lesion_f1', 'lesion_count_difference'] };

test('a form takes a set per line, and what it shows reads back the same', () => {
  expect(LINE_LISTS['metricSets']!.write(LESIONS as never)).toBe(
    'Lesions: lesion_f1, lesion_count_difference',
  );
  expect(readMetricSetLine('Lesions: lesion_f1,lesion_count_difference')).toEqual(LESIONS);
  expect(readMetricSetLine('Values: mae:age')).toEqual({ name: 'Values', metrics: ['mae:age'] });
  for (const line of ['Lesions', ': dice', 'Lesions:'])
    expect(metricSets.schema.safeParse([readMetricSetLine(line)]).success, line).toBe(false);
});

test('sets have different names, and each names metrics of the phase once', () => {
  expect(metricSets.schema.safeParse([LESIONS, LESIONS]).success).toBe(false);
  expect(metricSets.schema.safeParse([{ name: 'Twice', metrics: ['dice', 'dice'] }]).success).toBe(false);
  const rules = { task: STROKE_T1, metrics: [{ metric: 'lesion_f1', weight: 1 }] };
  expect(metricSets.conflict!([LESIONS], rules)).toContain('lesion_count_difference, which isn’t a metric');
  expect(metricSets.conflict!([{ name: 'F1', metrics: ['lesion_f1'] }], rules)).toBeNull();
});

test('the table has the columns of the set in its order, with the ranks that it had', () => {
  const score = (value: number) => ({ value, interval: null, rank: 1 });
  const entry = { rank: 2, rankRange: [1, 2], meanRank: 1.5, scores: [score(0.5), score(3), score(0.7)] };
  const view = {
    metrics: ['dice', 'lesion_count_difference', 'lesion_f1'].map((metric) => ({ metric })),
    metricSets: [LESIONS],
    axes: ['a', 'b', 'c'],
    axis: 'a',
    historyRange: 'of dice',
    ...{ entries: [entry], pinned: [entry], baselines: [{ scores: [score(0.1), score(9), score(0.2)] }] },
  } as unknown as LeaderboardPageView;
  const shown = withMetricSet(view, 'Lesions');
  expect(shown).toMatchObject({ axis: 'c', historyRange: null });
  expect(shown.metrics.map(({ metric }) => metric)).toEqual(LESIONS.metrics);
  for (const own of [shown.entries[0], shown.pinned[0]])
    expect(own).toEqual({ ...entry, scores: [score(0.7), score(3)] });
  expect(shown.baselines[0]!.scores).toEqual([score(0.2), score(9)]);
  expect(withMetricSet(view, null)).toBe(view);
});
