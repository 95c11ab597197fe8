import { expect, test } from 'vitest';
import { costsQuota, costsQuotaOnceCancelled, type QuotaAttempt, quotaOf } from '#lib/domain/phases/quota.ts';

const attempt = (over: Partial<QuotaAttempt>): QuotaAttempt => ({
  state: 'SCORED',
  code: null,
  startedAt: new Date('2026-03-01T10:00:00Z'),
  platformCode: null,
  ...over,
});

const FAILED_BY_TEAM = { state: 'FAILED', code: 'NO_ENTRYPOINT' } as const;
const FAILED_BY_PLATFORM = attempt({ state: 'FAILED', code: 'INTERNAL' });

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
  ['requeued after a platform error', [attempt({ state: 'QUEUED', platformCode: 'DISK_FULL' })], true],
  ['requeued and scored', [attempt({ platformCode: 'DISK_FULL' })], true],
  ['requeued and failed by the team', [attempt({ ...FAILED_BY_TEAM, platformCode: 'DISK_FULL' })], true],
  ['requeued and cancelled', [attempt({ state: 'CANCELLED', platformCode: 'DISK_FULL' })], false],
  [
    'handed back by a stopped runner and cancelled',
    [attempt({ state: 'CANCELLED', platformCode: 'RUNNER_STOPPED' })],
    false,
  ],
  [
    'failed by the platform, rerun and cancelled while it ran',
    [FAILED_BY_PLATFORM, attempt({ state: 'CANCELLED' })],
    false,
  ],
  [
    'failed by the platform, rerun and cancelled in the queue',
    [FAILED_BY_PLATFORM, attempt({ state: 'CANCELLED', startedAt: null })],
    false,
  ],
  [
    'failed by the platform, rerun and failed by the team',
    [FAILED_BY_PLATFORM, attempt(FAILED_BY_TEAM)],
    true,
  ],
])('a submission that was %s counts: %3$s', (_, attempts, expected) => {
  expect(costsQuota(attempts)).toBe(expected);
});

test.each([
  ['waiting', [attempt({ state: 'QUEUED', startedAt: null })], false],
  ['running', [attempt({ state: 'RUNNING' })], true],
  [
    'waiting again after a platform error',
    [attempt({ state: 'QUEUED', platformCode: 'ENGINE_LOST' })],
    false,
  ],
  [
    'running again after a platform error',
    [attempt({ state: 'RUNNING', platformCode: 'ENGINE_LOST' })],
    false,
  ],
  ['running as a rerun', [FAILED_BY_PLATFORM, attempt({ state: 'RUNNING' })], false],
  ['scored, and can’t be cancelled', [attempt({ platformCode: 'ENGINE_LOST' })], true],
  ['failed by the platform', [FAILED_BY_PLATFORM], false],
])('a submission that is %s counts once cancelled: %3$s', (_, attempts, expected) => {
  expect(costsQuotaOnceCancelled(attempts)).toBe(expected);
});

test('a day is a UTC day: a submission at 23:59 counts for that day, and the total continues', () => {
  const sent = ['2026-03-01T23:59:59.999Z', '2026-03-02T00:00:00Z', '2026-03-02T09:00:00Z'];
  const submissions = sent.map((at) => ({ createdAt: new Date(at), attempts: [attempt({})] }));
  const phase = { submissionsPerDay: 5, submissionsTotal: 10, freeFailures: 0 };
  expect(quotaOf(phase, submissions, new Date('2026-03-02T12:00:00Z'))).toEqual({
    perDay: 5,
    total: 10,
    usedToday: 2,
    usedTotal: 3,
    resetsAt: new Date('2026-03-03T00:00:00Z'),
  });
});

test('equal submissions of the same day can be given once, with their number', () => {
  const at = (time: string) => new Date(time);
  const submissions = [
    { createdAt: at('2026-03-01T08:00:00Z'), attempts: [attempt({})], count: 4 },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [attempt({})], count: 2 },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [FAILED_BY_PLATFORM], count: 3 },
  ];
  const phase = { submissionsPerDay: 5, submissionsTotal: 10, freeFailures: 0 };
  expect(quotaOf(phase, submissions, at('2026-03-02T12:00:00Z'))).toMatchObject({
    usedToday: 2,
    usedTotal: 6,
  });
});

const FAILED = attempt({ state: 'FAILED', code: 'EXIT_NONZERO' });

test.each([
  [0, { usedToday: 5, usedTotal: 8 }],
  [1, { usedToday: 5, usedTotal: 7 }],
  [3, { usedToday: 4, usedTotal: 5 }],
  [9, { usedToday: 2, usedTotal: 3 }],
])('with %i free failures, those of earlier days are free first', (freeFailures, expected) => {
  const at = (time: string) => new Date(time);
  const submissions = [
    { createdAt: at('2026-03-01T08:00:00Z'), attempts: [FAILED], count: 2 },
    { createdAt: at('2026-03-01T08:00:00Z'), attempts: [attempt({})] },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [FAILED], count: 3 },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [attempt({})] },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [FAILED, attempt({ state: 'QUEUED' })] },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [FAILED_BY_PLATFORM] },
  ];
  const phase = { submissionsPerDay: 5, submissionsTotal: 10, freeFailures };
  expect(quotaOf(phase, submissions, at('2026-03-02T12:00:00Z'))).toMatchObject(expected);
});
