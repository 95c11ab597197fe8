import { describe, expect, test } from 'vitest';
import {
  costsQuota,
  costsQuotaOnceCancelled,
  type Quota,
  type QuotaAttempt,
  type QuotaRules,
  quotaOf,
} from '#lib/domain/phases/quota/quota.ts';
import { describeUsedUp, usedUp } from '#lib/domain/phases/quota/used-up.ts';

const attempt = (over: Partial<QuotaAttempt>): QuotaAttempt => ({
  state: 'SCORED',
  code: null,
  startedAt: new Date('2026-03-01T10:00:00Z'),
  platformCode: null,
  ...over,
});

const RULES: QuotaRules = {
  submissionsPerDay: 5,
  submissionsTotal: 10,
  submissionsRolling: null,
  rollingHours: 24,
  submissionsAtOnce: null,
  freeFailures: 0,
};

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
  expect(quotaOf(RULES, submissions, new Date('2026-03-02T12:00:00Z'))).toEqual({
    perDay: 5,
    total: 10,
    usedToday: 2,
    usedTotal: 3,
    resetsAt: new Date('2026-03-03T00:00:00Z'),
    rolling: null,
    atOnce: null,
  });
});

test('equal submissions of the same day can be given once, with their number', () => {
  const at = (time: string) => new Date(time);
  const submissions = [
    { createdAt: at('2026-03-01T08:00:00Z'), attempts: [attempt({})], count: 4 },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [attempt({})], count: 2 },
    { createdAt: at('2026-03-02T08:00:00Z'), attempts: [FAILED_BY_PLATFORM], count: 3 },
  ];
  expect(quotaOf(RULES, submissions, at('2026-03-02T12:00:00Z'))).toMatchObject({
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
  expect(quotaOf({ ...RULES, freeFailures }, submissions, at('2026-03-02T12:00:00Z'))).toMatchObject(
    expected,
  );
});

describe('a rolling window', () => {
  const at = (time: string) => new Date(`2026-03-02T${time}Z`);
  const rules = { ...RULES, submissionsRolling: 2, rollingHours: 6 };
  const sent = (time: string, attempts = [attempt({})]) => ({ createdAt: at(time), attempts });

  test('counts what is younger than its hours, to the instant', () => {
    const submissions = [sent('06:00:00'), sent('06:00:01'), sent('09:00:00')];
    expect(quotaOf(rules, submissions, at('12:00:00')).rolling).toEqual({
      ...{ limit: 2, hours: 6, used: 2 },
      freeAt: at('12:00:01'),
    });
    expect(quotaOf(rules, submissions, at('12:00:01')).rolling).toMatchObject({ used: 1, freeAt: null });
  });

  test('with more used than its limit, waits until enough are old', () => {
    const submissions = ['07:00:00', '08:00:00', '09:00:00'].map((time) => sent(time));
    expect(quotaOf(rules, submissions, at('12:00:00')).rolling).toMatchObject({
      used: 3,
      freeAt: at('14:00:00'),
    });
  });

  test('leaves out what uses no quota: platform errors, and the first failures', () => {
    const submissions = [
      sent('08:00:00', [FAILED]),
      sent('09:00:00', [FAILED_BY_PLATFORM]),
      sent('10:00:00'),
    ];
    expect(quotaOf({ ...rules, freeFailures: 1 }, submissions, at('12:00:00')).rolling).toMatchObject({
      used: 1,
    });
    expect(quotaOf(rules, submissions, at('12:00:00')).rolling).toMatchObject({ used: 2 });
  });
});

describe('when a team can submit again', () => {
  const at = (time: string) => new Date(time);
  const free: Quota = {
    ...{ perDay: 3, total: 10, usedToday: 1, usedTotal: 1, resetsAt: at('2026-03-03T00:00:00Z') },
    rolling: null,
    atOnce: null,
  };
  const window = (freeAt: string) => ({ limit: 2, hours: 48, used: 2, freeAt: at(freeAt) });

  test.each<[string, Partial<Quota>, ReturnType<typeof usedUp>, RegExp | null]>([
    ['nothing is used up', {}, null, null],
    [
      'the total is',
      { usedTotal: 10, usedToday: 3 },
      { limit: 'total', at: null },
      /used all 10 submissions/,
    ],
    ['the day is', { usedToday: 3 }, { limit: 'day', at: free.resetsAt }, /its 3 submissions for today/],
    [
      'the window is',
      { rolling: window('2026-03-02T20:00:00Z') },
      { limit: 'rolling', at: at('2026-03-02T20:00:00Z') },
      /its 2 submissions of the last 48 h/,
    ],
    [
      'both are: the later time',
      { usedToday: 3, rolling: window('2026-03-04T20:00:00Z') },
      { limit: 'rolling', at: at('2026-03-04T20:00:00Z') },
      null,
    ],
    [
      'both are, and the day ends later',
      { usedToday: 3, rolling: window('2026-03-02T20:00:00Z') },
      { limit: 'day', at: free.resetsAt },
      null,
    ],
    [
      'as many run as may at once',
      { atOnce: { limit: 1, unfinished: 1 } },
      { limit: 'atOnce', at: null },
      /1 submission waiting or running in this phase, which takes 1 at once/,
    ],
    ['fewer run', { atOnce: { limit: 2, unfinished: 1 } }, null, null],
  ])('where %s', (_name, over, expected, words) => {
    const quota = { ...free, ...over };
    expect(usedUp(quota)).toEqual(expected);
    if (words) expect(describeUsedUp(quota, expected!.limit)).toMatch(words);
  });
});
