import { expect, test } from 'vitest';
import type { LeaderboardMetric } from '#lib/api/leaderboards/leaderboards.ts';
import type { Audience } from '#lib/domain/disclosure/disclosure.ts';
import {
  type CaseDetail,
  type DisclosureRules,
  discloseEvaluation,
  type EvaluationFacts,
} from '#lib/site/submissions/disclosure/disclose-evaluation.ts';
import { disclosedPhase } from '#test/support/disclosed-phase.ts';

const DICE: LeaderboardMetric = {
  metric: 'dice',
  label: 'Dice',
  unit: '1',
  better: 'higher',
  version: 1,
  connectivity: null,
  over: 'case',
  weight: 1,
  decimals: 3,
  range: [0, 1],
};
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

const evaluation: EvaluationFacts['evaluation'] = {
  id: '00000000-0000-7000-8000-000000000001',
  submissionId: '00000000-0000-7000-8000-000000000002',
  state: 'SCORED',
  code: null,
  message: null,
  caseCount: 3,
  outputMark: null,
  containerSeconds: 0,
  imageDigest: 'sha256:abc',
  runnerId: null,
  leaseToken: null,
  leaseExpiresAt: null,
  requeues: 0,
  platformCode: null,
  scorerProblem: null,
  runningCases: 0,
  scoredCases: 3,
  failedCases: 0,
  caseCodes: [],
  createdAt: at('10:00:20.5'),
  startedAt: at('10:00:41.25'),
  imageReadyAt: at('10:02:33.125'),
  finishedAt: at('10:05:59.999'),
};

const scoredCase = (caseIndex: number, dice: number): CaseDetail => ({
  caseIndex,
  status: 'SCORED',
  code: null,
  message: null,
  metrics: { dice },
  log: `log of ${caseIndex}`,
  recordedAt: at(`10:03:0${caseIndex}.7`),
});
const failedCase = (caseIndex: number, code: string): CaseDetail => ({
  ...scoredCase(caseIndex, 0),
  status: 'FAILED',
  code,
  message: 'the message says 42 voxels',
  metrics: {},
});

const score = { sd: 0.1, q1: 0.4, q3: 0.6, min: 0.1, max: 0.9, n: 3, failed: 1, version: 1, metric: 'dice' };
const facts: EvaluationFacts = {
  evaluation,
  cases: [failedCase(2, 'TIME_LIMIT'), scoredCase(0, 0.123456), scoredCase(1, 0.987654)],
  scores: [{ ...score, evaluationId: evaluation.id, mean: 0.370371, median: 0.123456 }],
  ladder: null,
  queue: null,
  waitsFor: null,
  silence: null,
  attempts: [evaluation],
  isFree: false,
  now: at('11:00:00'),
};

/** Simulates the phase's pseudonymous IDs, whose order differs from that of the cases. */
const pseudonymousId = (caseIndex: number) => ['f0', 'a1', 'c2'][caseIndex]!;
const RULES = { decimals: 2, metrics: [DICE], heldBack: [false, false, false], pseudonymousId };
type Phase = DisclosureRules['phase'];

const disclose = (
  audience: Audience,
  kind: 'OPEN' | 'HIDDEN',
  over: Partial<EvaluationFacts> = {},
  {
    decimals = 2,
    heldBack = RULES.heldBack,
    ...phase
  }: Partial<Pick<DisclosureRules, 'decimals' | 'heldBack'> & Phase> = {},
) =>
  discloseEvaluation(
    { ...facts, ...over },
    { ...RULES, audience, decimals, heldBack, phase: disclosedPhase({ kind, ...phase }) },
  );

test('in a hidden phase, a team sees counts, codes with their texts, and rounded aggregates', () => {
  const view = disclose('team', 'HIDDEN');
  expect(view).toMatchObject({
    state: 'SCORED',
    caseCount: 3,
    scored: 2,
    failed: 1,
    scores: [{ metric: 'dice', mean: 0.37, median: 0.12, failed: 1, n: 3 }],
    caseScores: [],
  });
  expect(view.caseErrors).toEqual([
    expect.objectContaining({ code: 'TIME_LIMIT', count: 1, cases: [], meaning: expect.any(String) }),
  ]);
  const text = JSON.stringify(view);
  for (const secret of ['log of', '42 voxels', '0.123456', '0.987654', '0.370371', '0.98']) {
    expect(text).not.toContain(secret);
  }
});

test('times in a hidden phase are whole minutes, but never before the submission', () => {
  expect(disclose('team', 'HIDDEN')).toMatchObject({
    createdAt: '2026-03-01T10:00:20.500Z',
    startedAt: '2026-03-01T10:00:20.500Z',
    imageReadyAt: '2026-03-01T10:02:00.000Z',
    firstCaseAt: '2026-03-01T10:03:00.000Z',
    finishedAt: '2026-03-01T10:05:00.000Z',
  });
  expect(disclose('organizer', 'HIDDEN').finishedAt).toBe('2026-03-01T10:05:59.999Z');
});

test('counts of a running hidden evaluation are those of the last full minute, so that they don’t reveal when cases end', () => {
  const running = { ...evaluation, state: 'RUNNING' as const, runningCases: 2 };
  const cases = [
    scoredCase(0, 0.5),
    failedCase(1, 'NO_OUTPUT'),
    { ...scoredCase(2, 0.5), recordedAt: at('10:04:10') },
  ];
  const seen = (now: string, audience: Audience, kind: 'OPEN' | 'HIDDEN' = 'HIDDEN') => {
    const view = disclose(audience, kind, { evaluation: running, cases, now: at(now) });
    const { scored, failed, running: containers, firstCaseAt, caseErrors } = view;
    return {
      done: [scored, failed],
      containers,
      isFirstDone: firstCaseAt !== null,
      errors: caseErrors.length,
    };
  };
  expect(seen('10:03:59', 'team')).toEqual({ done: [0, 0], containers: 1, isFirstDone: false, errors: 0 });
  for (const now of ['10:04:00', '10:04:11', '10:04:59'])
    expect(seen(now, 'team')).toEqual({ done: [1, 1], containers: 1, isFirstDone: true, errors: 1 });
  expect(seen('10:05:00', 'team')).toMatchObject({ done: [2, 1] });
  for (const [audience, kind] of [
    ['organizer', 'HIDDEN'],
    ['team', 'OPEN'],
  ] as const)
    expect(seen('10:03:59', audience, kind)).toMatchObject({
      done: [2, 1],
      containers: 2,
      isFirstDone: true,
    });
  // The final counts are shown at once.
  const ended = disclose('team', 'HIDDEN', { cases, now: at('10:03:59') });
  expect([ended.scored, ended.failed]).toEqual([2, 1]);
});

test.each([
  ['team', 'OPEN'],
  ['organizer', 'HIDDEN'],
] as const)('%s sees messages, logs and the scores of each case in a phase that is %s', (audience, kind) => {
  const view = disclose(audience, kind);
  expect(view.caseErrors[0]!.cases).toEqual([
    { caseNumber: 3, message: 'the message says 42 voxels', log: 'log of 2' },
  ]);
  expect(view.caseDisclosure).toBe('ALL');
  expect(view.caseScores.map(({ caseId, code, metrics }) => [caseId, code, metrics])).toEqual([
    ['1', null, { dice: 0.12 }],
    ['2', null, { dice: 0.99 }],
    ['3', 'TIME_LIMIT', {}],
  ]);
});

test('a hidden phase that shows case scores shows them to the team, rounded, under pseudonymous IDs and in their order', () => {
  const rules = { showsCaseScores: true, decimals: 5 };
  const view = disclose('team', 'HIDDEN', {}, rules);
  expect(view.caseDisclosure).toBe('PSEUDONYMOUS');
  // The failed case is missing, without a gap that would identify it. Scores have at most three decimals.
  expect(view.caseScores).toEqual([
    { caseId: 'a1', status: 'SCORED', code: null, metrics: { dice: 0.988 } },
    { caseId: 'f0', status: 'SCORED', code: null, metrics: { dice: 0.123 } },
  ]);
  expect(view.caseErrors).toEqual([expect.objectContaining({ code: 'TIME_LIMIT', count: 1, cases: [] })]);
  expect(JSON.stringify(view)).not.toContain('c2');
});

test('scores of hidden cases are shown only when all cases are done, because their order would reveal their times', () => {
  for (const state of ['RUNNING', 'FAILED', 'CANCELLED'] as const) {
    const over = { evaluation: { ...evaluation, state } };
    const view = disclose('team', 'HIDDEN', over, { showsCaseScores: true });
    expect(view).toMatchObject({ caseDisclosure: 'NONE', caseScores: [] });
  }
});

test('the public sees no case of a hidden phase, even if its teams do', () => {
  const view = disclose('public', 'HIDDEN', {}, { showsCaseScores: true });
  expect(view).toMatchObject({ caseDisclosure: 'NONE', caseScores: [] });
});

test('a case shows only the metrics of its phase', () => {
  const withOtherMetric = { ...scoredCase(0, 0.5), metrics: { dice: 0.5, hd95: 3.25 } };
  const view = disclose('team', 'OPEN', { cases: [withOtherMetric] });
  expect(view.caseScores[0]!.metrics).toEqual({ dice: 0.5 });
});

test('the public sees no errors, even in an open phase', () => {
  const failing = { ...evaluation, platformCode: 'DISK_FULL', requeues: 2 };
  const view = disclose('public', 'OPEN', { evaluation: failing });
  expect(view.scores).toHaveLength(1);
  expect(view).toMatchObject({ caseErrors: [], error: null, platformError: null });
});

test('in an open phase, the public sees scores, but not which cases failed', () => {
  const view = disclose('public', 'OPEN');
  expect(view.caseDisclosure).toBe('SCORES');
  expect(view.caseScores.map(({ caseId, code }) => [caseId, code])).toEqual([
    ['1', null],
    ['2', null],
  ]);
});

test('a team sees the details of an error only if they can’t contain anything of a scan', () => {
  const error = (code: string, audience: Audience) =>
    disclose(audience, 'HIDDEN', {
      evaluation: { ...evaluation, state: 'FAILED', code, message: 'layer 3 is damaged' },
    }).error;
  expect(error('IMAGE_INVALID', 'team')).toMatchObject({
    code: 'IMAGE_INVALID',
    message: 'layer 3 is damaged',
  });
  expect(error('START_FAILED', 'team')).toMatchObject({ code: 'START_FAILED', message: null });
  // It ends with the log of a server, which may have read another container's data from the page cache.
  expect(error('HEALTH_TIMEOUT', 'team')).toMatchObject({ code: 'HEALTH_TIMEOUT', message: null });
  expect(error('START_FAILED', 'organizer')).toMatchObject({ message: 'layer 3 is damaged' });
});

test('case errors are sorted by count, then by code, so that their order reveals nothing about the cases', () => {
  const codes = ['TIME_LIMIT', 'NO_OUTPUT', 'SHAPE', 'SHAPE'];
  const cases = codes.map((code, index) => failedCase(index, code));
  const errors = disclose('team', 'HIDDEN', { cases }).caseErrors;
  expect(errors.map(({ code, count }) => [code, count])).toEqual([
    ['SHAPE', 2],
    ['NO_OUTPUT', 1],
    ['TIME_LIMIT', 1],
  ]);
});

test('an unknown code is shown as an internal error', () => {
  const cases = [failedCase(0, 'SOMETHING_NEW')];
  expect(disclose('team', 'HIDDEN', { cases }).caseErrors[0]!.code).toBe('INTERNAL');
});

test('scores are shown only when all cases are done', () => {
  expect(disclose('team', 'OPEN', { evaluation: { ...evaluation, state: 'RUNNING' } }).scores).toEqual([]);
});

test('a silent runner is shown to the team and the organizers; in a hidden phase by the minute', () => {
  const running = { ...evaluation, state: 'RUNNING', runningCases: 2, finishedAt: null } as const;
  const silence = { since: at('10:57:41.5'), leaseExpiresAt: at('11:00:20.25') };
  const over = { evaluation: running, silence, attempts: [running] };
  expect(disclose('team', 'HIDDEN', over)).toMatchObject({
    running: 0,
    runnerSilence: { since: '2026-03-01T10:57:00.000Z', leaseExpiresAt: '2026-03-01T11:01:00.000Z' },
  });
  const exact = { since: '2026-03-01T10:57:41.500Z', leaseExpiresAt: '2026-03-01T11:00:20.250Z' };
  expect(disclose('team', 'OPEN', over).runnerSilence).toEqual(exact);
  expect(disclose('organizer', 'HIDDEN', over).runnerSilence).toEqual(exact);
  expect(disclose('public', 'HIDDEN', over).runnerSilence).toBeNull();
  expect(disclose('team', 'HIDDEN', { ...over, silence: null })).toMatchObject({
    running: 1,
    runnerSilence: null,
  });
});

test('whether it uses quota depends on all attempts of the submission', () => {
  const cancelled = { ...evaluation, state: 'CANCELLED' } as const;
  const failed = { ...evaluation, state: 'FAILED', code: 'INTERNAL' } as const;
  expect(disclose('team', 'HIDDEN', { evaluation: cancelled, attempts: [cancelled] }).usesQuota).toBe(true);
  expect(disclose('team', 'HIDDEN', { evaluation: cancelled, attempts: [failed, cancelled] })).toMatchObject({
    usesQuota: false,
    usesQuotaOnceCancelled: false,
  });
});

test('a sealed phase shows a team no score, and its own ones if it says so', () => {
  const sealed = { disclosure: 'SEALED', showsCaseScores: true } as const;
  expect(disclose('team', 'HIDDEN', {}, sealed)).toMatchObject({
    ...{ state: 'SCORED', withheld: 'SEALED', failed: 1 },
    ...{ scores: [], caseDisclosure: 'NONE', caseScores: [] },
  });
  expect(JSON.stringify(disclose('team', 'HIDDEN', {}, sealed))).not.toMatch(/0\.37|0\.12/);
  for (const over of [{ showsOwnScores: true }, { revealedAt: at('10:30:00') }]) {
    const view = disclose('team', 'HIDDEN', {}, { ...sealed, ...over });
    expect(view).toMatchObject({ withheld: null, scores: [{ mean: 0.37 }], caseDisclosure: 'PSEUDONYMOUS' });
  }
  expect(disclose('organizer', 'HIDDEN', {}, sealed).scores).toHaveLength(1);
});

test('a ladder shows the scores of what it has decided to show', () => {
  const ladder = { disclosure: 'LADDER' } as const;
  const seen = (decision: EvaluationFacts['ladder']) =>
    disclose('team', 'HIDDEN', { ladder: decision }, ladder);
  expect(seen(null)).toMatchObject({ withheld: 'UNDECIDED', scores: [] });
  expect(seen({ isShown: false })).toMatchObject({ withheld: 'LADDER', scores: [] });
  expect(seen({ isShown: true })).toMatchObject({ withheld: null, scores: [{ mean: 0.37 }] });
});

test('scores of held-back cases are shown in the final ranking only, except to organizers', () => {
  const phase = { heldBackPercent: 33, showsCaseScores: true, heldBack: [true, false, false] };
  const ids = (audience: Audience, revealedAt: Date | null) =>
    disclose(audience, 'HIDDEN', {}, { ...phase, revealedAt }).caseScores.map(({ caseId }) => caseId);
  expect(ids('team', null)).toEqual(['a1']);
  expect(ids('team', at('10:30:00'))).toEqual(['a1', 'f0']);
  expect(ids('organizer', null)).toEqual(['1', '2', '3']);
});
