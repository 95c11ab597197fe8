import { expect, test } from 'vitest';
import { positionOf, timeScale, windowOn } from '#components/challenge/time-scale.ts';
import { currentPhase } from '#components/format/phase-labels.ts';
import { formatBytes, formatOrdinal } from '#components/format/quantity.ts';
import { formatLongSpan, formatShortSpan } from '#components/format/time.ts';
import type { PhaseSummary } from '#lib/api/phases.ts';

const labels = (...times: string[]) => timeScale(times).ticks.map((tick) => tick.label);

test('ticks are whole calendar units, at most seven, and show the year when it changes', () => {
  expect(labels('2025-12-08T09:00:00Z', '2026-03-16T23:59:00Z')).toEqual([
    'Dec 2025',
    'Jan 2026',
    'Feb',
    'Mar',
  ]);
  expect(labels('2026-02-05T10:00:00Z', '2026-02-07T10:00:00Z')).toEqual(['5 Feb 2026', '6 Feb', '7 Feb']);
  for (const days of [1, 9, 40, 100, 400, 1000]) {
    const end = new Date(Date.parse('2026-01-15T00:00:00Z') + days * 86_400_000).toISOString();
    const { ticks, from, to } = timeScale(['2026-01-15T00:00:00Z', end]);
    expect(ticks.length, `${days} days`).toBeLessThanOrEqual(7);
    expect(from).toBeLessThanOrEqual(Date.parse('2026-01-15T00:00:00Z'));
    expect(to).toBeGreaterThan(Date.parse(end));
  }
});

test('a window is split at the current time, unless that is outside the window', () => {
  const scale = timeScale(['2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z']);
  expect(positionOf(scale, Date.parse('2026-01-03T00:00:00Z'))).toBe(50);
  const window = (now: string) => windowOn(scale, '2026-01-02T00:00:00Z', '2026-01-04T00:00:00Z', now);
  expect(window('2026-01-03T00:00:00Z')).toEqual({ start: 25, now: 50, end: 75 });
  expect(window('2026-01-01T00:00:00Z')).toEqual({ start: 25, now: 25, end: 75 });
  expect(window('2026-01-05T00:00:00Z')).toEqual({ start: 25, now: 75, end: 75 });
});

test('the current phase is an open hidden one, else an open one, else the next', () => {
  const phase = (slug: string, kind: PhaseSummary['kind'], status: PhaseSummary['status']) =>
    ({ slug, kind, status }) as PhaseSummary;
  const first = (...phases: PhaseSummary[]) => currentPhase(phases)?.slug;
  const rehearsal = phase('rehearsal', 'OPEN', 'open');
  expect(first(rehearsal, phase('test', 'HIDDEN', 'open'), phase('final', 'HIDDEN', 'upcoming'))).toBe(
    'test',
  );
  expect(first(rehearsal, phase('final', 'HIDDEN', 'upcoming'))).toBe('rehearsal');
  expect(first(phase('old', 'HIDDEN', 'closed'), phase('final', 'HIDDEN', 'upcoming'))).toBe('final');
  expect(first(phase('old', 'OPEN', 'closed'), phase('older', 'HIDDEN', 'closed'))).toBe('older');
  expect(first()).toBeUndefined();
});

test('spans are rounded down', () => {
  expect(formatShortSpan(2 * 86_400_000 - 1)).toBe('47 h');
  expect(formatShortSpan(59_999)).toBe('59 s');
  expect(formatLongSpan(3_599_999)).toBe('59 min 59 s');
  expect(formatLongSpan(-5)).toBe('0 s');
});

test('byte counts switch to the next unit before they would show 1000', () => {
  expect([999, 999_400, 999_600, 3_800_000_000].map(formatBytes)).toEqual([
    '999 B',
    '999 kB',
    '1.0 MB',
    '3.8 GB',
  ]);
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(formatOrdinal).join(' ')).toBe(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 112th',
  );
});
