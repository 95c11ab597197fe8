import { expect, test } from 'vitest';
import { costsQuota, type QuotaAttempt, quotaOf } from '#lib/domain/phases/quota.ts';

const attempt = (over: Partial<QuotaAttempt>): QuotaAttempt => ({
  state: 'SCORED',
  code: null,
  startedAt: new Date('2026-03-01T10:00:00Z'),
  ...over,
});

test.each([
  ['scored', [attempt({})], true],
  ['waiting', [attempt({ state: 'QUEUED', startedAt: null })], true],
  ['failed by the team', [attempt({ state: 'FAILED', code: 'NO_ENTRYPOINT' })], true],
  ['failed by the platform', [attempt({ state: 'FAILED', code: 'DISK_FULL' })], false],
  [
    'failed by the platform, then scored',
    [attempt({ state: 'FAILED', code: 'INTERNAL' }), attempt({})],
    true,
  ],
  ['cancelled in the queue', [attempt({ state: 'CANCELLED', startedAt: null })], false],
  ['cancelled while it ran', [attempt({ state: 'CANCELLED' })], true],
])('a submission that was %s counts: %3$s', (_, attempts, expected) => {
  expect(costsQuota(attempts)).toBe(expected);
});

test('a day is a UTC day: a submission at 23:59 counts for that day, and the total continues', () => {
  const sent = ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00Z', '2026-03-02T09:00:00Z'];
  const submissions = sent.map((at) => ({ createdAt: new Date(at), attempts: [attempt({})] }));
  const phase = { submissionsPerDay: 5, submissionsTotal: 10 };
  expect(quotaOf(phase, submissions, new Date('2026-03-02T12:00:00Z'))).toEqual({
    perDay: 5,
    total: 10,
    usedToday: 2,
    usedTotal: 3,
    resetsAt: new Date('2026-03-03T00:00:00Z'),
  });
});
