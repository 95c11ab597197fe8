import { expect, test } from 'vitest';
import { isWithinGrace } from '#lib/domain/phases/grace.ts';

const closesAt = new Date('2026-03-01T12:00:00Z');
const phase = { closesAt, graceMinutes: 30 };
const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const upload = (started: string, ended: string) => ({ startedAt: at(started), createdAt: at(ended) });

test.each([
  ['on its way when the phase closed', [upload('11:59:59', '12:20:00')], '12:20:05', true],
  ['that ended just before', [upload('11:50:00', '11:59:40')], '12:00:01', true],
  [
    'one of two on its way',
    [upload('11:59:00', '12:01:00'), upload('12:01:01', '12:02:00')],
    '12:02:01',
    true,
  ],
  ['that started at the very end', [upload('12:00:00', '12:01:00')], '12:01:01', false],
  ['that ended too late', [upload('11:59:00', '12:30:00')], '12:30:01', false],
  ['of an earlier submission', [upload('10:00:00', '10:05:00')], '12:00:01', false],
  ['without an archive', [], '12:00:01', false],
])('an upload %s', (_name, uploads, now, expected) => {
  expect(isWithinGrace(phase, uploads, at(now))).toBe(expected);
});

test('without grace, none is in time', () => {
  const uploads = [upload('11:59:00', '12:00:01')];
  expect(isWithinGrace({ closesAt, graceMinutes: 0 }, uploads, at('12:00:02'))).toBe(false);
});
