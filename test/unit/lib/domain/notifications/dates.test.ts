import { expect, test } from 'vitest';
import { nearDate } from '#lib/domain/notifications/dates.ts';

const at = (day: number, hour = 12) => new Date(Date.UTC(2026, 2, day, hour));
const PHASE = { opensAt: at(10), closesAt: at(20) };

test.each([
  ['more than a day before it opens', at(9, 11), null],
  ['a day before it opens', at(9), { event: 'opens', at: at(10) }],
  ['when it opens', at(10), null],
  ['more than two days before it closes', at(18, 11), null],
  ['two days before it closes', at(18), { event: 'closes', at: at(20) }],
  ['when it closes', at(20), null],
  ['afterwards', at(21), null],
])('%s', (_, now, expected) => {
  expect(nearDate(PHASE, now)).toEqual(expected);
});

test('a phase of one day is announced before it opens, and once more when it is open', () => {
  const short = { opensAt: at(10), closesAt: at(11) };
  expect(nearDate(short, at(9, 18))).toEqual({ event: 'opens', at: at(10) });
  expect(nearDate(short, at(10, 13))).toEqual({ event: 'closes', at: at(11) });
});
