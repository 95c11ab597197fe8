import { describe, expect, test } from 'vitest';
import {
  findSilence,
  type HeldEvaluation,
  isSilent,
  REPORT_EVERY_MS,
  SILENT_AFTER_MS,
  silenceCheckAt,
} from '#lib/domain/runners/silence.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const secondsBefore = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const secondsAfter = (seconds: number) => secondsBefore(-seconds);
const held = (over: Partial<HeldEvaluation> = {}): HeldEvaluation => ({
  state: 'RUNNING',
  leaseExpiresAt: secondsAfter(45),
  runner: { lastSeenAt: secondsBefore(5) },
  ...over,
});

test('a runner is silent once three of its reports are missing', () => {
  expect(SILENT_AFTER_MS).toBe(3 * REPORT_EVERY_MS);
  expect(isSilent(secondsBefore(30), NOW)).toBe(false);
  expect(isSilent(secondsBefore(30.001), NOW)).toBe(true);
});

describe('a running evaluation waits', () => {
  test.each<[string, Partial<HeldEvaluation>, { since: Date; leaseExpiresAt: Date } | null]>([
    ['not for a runner that reports', {}, null],
    [
      'for one that is silent, since its last report',
      { runner: { lastSeenAt: secondsBefore(31) } },
      { since: secondsBefore(31), leaseExpiresAt: secondsAfter(45) },
    ],
    [
      'for one whose lease has expired, whatever it reports',
      { leaseExpiresAt: secondsBefore(1) },
      { since: secondsBefore(5), leaseExpiresAt: secondsBefore(1) },
    ],
    [
      'since the end of the lease, if the runner reported later',
      { leaseExpiresAt: secondsBefore(20) },
      { since: secondsBefore(20), leaseExpiresAt: secondsBefore(20) },
    ],
    [
      'for one that is gone',
      { runner: null, leaseExpiresAt: secondsBefore(1) },
      { since: secondsBefore(1), leaseExpiresAt: secondsBefore(1) },
    ],
    [
      'not in the queue',
      { state: 'QUEUED', leaseExpiresAt: null, runner: { lastSeenAt: secondsBefore(500) } },
      null,
    ],
    ['not after its end', { state: 'CANCELLED', runner: { lastSeenAt: secondsBefore(500) } }, null],
  ])('%s', (_, over, expected) => {
    expect(findSilence(held(over), NOW)).toEqual(expected);
  });
});

describe('the next look', () => {
  test.each<[string, Partial<HeldEvaluation>, Date | null]>([
    ['comes when the runner would count as silent', {}, new Date(secondsAfter(25).getTime() + 1)],
    [
      'comes when the lease ends, if that is earlier',
      { leaseExpiresAt: secondsAfter(3) },
      new Date(secondsAfter(3).getTime() + 1),
    ],
    [
      'comes with the next report during a silence',
      { runner: { lastSeenAt: secondsBefore(31) } },
      secondsAfter(10),
    ],
    ['isn’t needed in the queue', { state: 'QUEUED', leaseExpiresAt: null }, null],
  ])('%s', (_, over, expected) => {
    expect(silenceCheckAt(held(over), NOW)).toEqual(expected);
  });

  test('finds the silence, if nothing happened in between', () => {
    const evaluation = held();
    expect(findSilence(evaluation, silenceCheckAt(evaluation, NOW)!)).not.toBeNull();
  });
});
