import { expect, test } from 'vitest';
import { shortenHistory } from '#lib/domain/ranking/score-history.ts';

const history = (...values: (number | null)[]) =>
  values.map((value, day) => ({ at: new Date(Date.UTC(2026, 0, day + 1)), value }));
const days = (points: { at: Date }[]) => points.map(({ at }) => at.getUTCDate());

test('a short history is kept whole', () => {
  expect(days(shortenHistory(history(0.1, null, 0.3), 'higher', 3))).toEqual([1, 2, 3]);
});

test('a long history keeps every improvement and the latest others, by time', () => {
  // Better than all before: days 1, 3 and 5. The latest others: 7 and 6.
  const points = history(0.1, 0.05, 0.3, null, 0.4, 0.2, 0.4);
  expect(days(shortenHistory(points, 'higher', 5))).toEqual([1, 3, 5, 6, 7]);
  expect(days(shortenHistory(points, 'higher', 2))).toEqual([3, 5]);
});

test('where lower is better, a lower value is an improvement', () => {
  expect(days(shortenHistory(history(9, 12, 7, 8), 'lower', 2))).toEqual([1, 3]);
});
