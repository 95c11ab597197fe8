import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatWait, nextAttemptAt, type RateLimitRule } from '#lib/domain/accounts/rate-limits.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const FIXED: RateLimitRule = { name: 'fixed', attempts: 3, windowSeconds: 900 };
const SLOW: RateLimitRule = {
  name: 'slow',
  attempts: 5,
  windowSeconds: 3600,
  slowsDown: { doublesEvery: 2, maxDelaySeconds: 60 },
};

test('a rule without delays refuses until the end of its window', () => {
  const counted = (count: number) => ({ count, lastAt: NOW, resetsAt: inSeconds(600) });
  expect(nextAttemptAt(FIXED, counted(2), NOW)).toEqual(NOW);
  expect(nextAttemptAt(FIXED, counted(3), NOW)).toEqual(inSeconds(600));
  expect(nextAttemptAt(FIXED, counted(99), inSeconds(600))).toEqual(inSeconds(600));
});

test.each([
  [4, 0],
  [5, 1],
  [7, 2],
  [9, 4],
  [11, 8],
  // 2^6 = 64, cut to the maximum.
  [17, 60],
  [1_000_000, 60],
])('a rule that slows down lets %i attempts wait for %i s', (count, seconds) => {
  const counted = { count, lastAt: NOW, resetsAt: inSeconds(3600) };
  expect(nextAttemptAt(SLOW, counted, NOW)).toEqual(inSeconds(seconds));
  // The delay runs from the last attempt that was counted.
  expect(nextAttemptAt(SLOW, counted, inSeconds(seconds + 1))).toEqual(inSeconds(seconds + 1));
});

test('no attempt waits for longer than the delay or the rest of the window', () => {
  const state = fc.record({
    count: fc.nat(10_000),
    age: fc.nat(7200),
    rest: fc.integer({ min: -10, max: 3600 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(FIXED, SLOW), state, (rule, { count, age, rest }) => {
      const counted = { count, lastAt: inSeconds(-age), resetsAt: inSeconds(rest) };
      const waitMs = nextAttemptAt(rule, counted, NOW).getTime() - NOW.getTime();
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(Math.max(0, rest) * 1000);
      if (rule.slowsDown) expect(waitMs).toBeLessThanOrEqual(60_000);
    }),
  );
});

test('a wait is rounded up to seconds and minutes', () => {
  expect([1, 1000, 1001, 59_000, 59_001, 61_000, 900_000].map(formatWait)).toEqual([
    '1 second',
    '1 second',
    '2 seconds',
    '59 seconds',
    '1 minute',
    '2 minutes',
    '15 minutes',
  ]);
});
