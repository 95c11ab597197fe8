import { expect, test } from 'vitest';
import { formatExpectedStart } from '#components/console/queue/expected-start.ts';

const AS_OF = '2026-02-05T14:07:00.000Z';
const start = (earliest: string, latest: string | null, day = '05') =>
  formatExpectedStart(
    {
      held: false,
      starts: {
        earliest: `2026-02-05T${earliest}:00.000Z`,
        latest: latest && `2026-02-${day}T${latest}:00.000Z`,
      },
    },
    AS_OF,
  );

test('an expected start is as precise as it can be, and no more', () => {
  expect(start('14:07', '14:07')).toBe('next');
  expect(start('14:11', '14:14')).toBe('14:15');
  expect(start('14:07', '14:33')).toBe('now–14:35');
  expect(start('16:04', '16:58')).toBe('16:00–17:00');
  expect(start('17:20', '21:20')).toBe('17:15–22:00');
  expect(start('22:20', '01:20', '06')).toBe('22:00–6 Feb, 02:00');
});

test('what isn’t known is said, and so is a hold', () => {
  expect(start('14:07', null)).toBe('not known yet');
  expect(start('16:04', null)).toBe('after 16:00');
  expect(formatExpectedStart({ held: false, starts: null }, AS_OF)).toBe('not known yet');
  expect(formatExpectedStart({ held: true, starts: null }, AS_OF)).toBe('held');
});
