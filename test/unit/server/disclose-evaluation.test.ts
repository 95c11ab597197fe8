import { expect, test } from 'vitest';
import type { BoardMetric } from '#lib/domain/views.ts';
import {
  type Audience,
  type CaseRow,
  discloseEvaluation,
  type EvaluationFacts,
} from '#lib/server/disclose-evaluation.ts';

const DICE: BoardMetric = {
  metric: 'dice',
  label: 'Dice',
  unit: '1',
  better: 'higher',
  version: 1,
  connectivity: null,
  weight: 1,
};
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

const evaluation: EvaluationFacts['evaluation'] = {
  id: '00000000-0000-7000-8000-000000000001',
  submissionId: '00000000-0000-7000-8000-000000000002',
  state: 'SCORED',
  code: null,
  message: null,
  caseCount: 3,
  imageDigest: 'sha256:abc',
  runnerId: null,
  leaseToken: null,
  leaseExpiresAt: null,
  requeues: 0,
  platformCode: null,
  runningCases: 0,
  createdAt: at('10:00:20.5'),
  startedAt: at('10:00:41.25'),
  imageReadyAt: at('10:02:33.125'),
  finishedAt: at('10:05:59.999'),
};

const scoredCase = (caseIndex: number, dice: number): CaseRow => ({
  caseIndex,
  status: 'SCORED',
  code: null,
  message: null,
  metrics: { dice },
  log: `log of ${caseIndex}`,
  recordedAt: at(`10:03:0${caseIndex}.7`),
});
const failedCase = (caseIndex: number, code: string): CaseRow => ({
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
  queue: null,
};

const disclose = (audience: Audience, kind: 'OPEN' | 'HIDDEN', over: Partial<EvaluationFacts> = {}) =>
  discloseEvaluation({ ...facts, ...over }, { audience, kind, decimals: 2, metrics: [DICE] });

test('a team sees of a hidden phase: counts, codes with their sentences, rounded aggregates', () => {
  const view = disclose('team', 'HIDDEN');
  expect(view).toMatchObject({
    state: 'SCORED',
    caseCount: 3,
    scored: 2,
    failed: 1,
    scores: [{ metric: 'dice', mean: 0.37, median: 0.12, failed: 1, n: 3 }],
    caseScores: [],
  });
  expect(view.caseFaults).toEqual([
    expect.objectContaining({ code: 'TIME_LIMIT', count: 1, cases: [], meaning: expect.any(String) }),
  ]);
  const text = JSON.stringify(view);
  for (const secret of ['log of', '42 voxels', '0.123456', '0.987654', '0.370371', '0.98']) {
    expect(text).not.toContain(secret);
  }
});

test('the times of a hidden phase are whole minutes, never before the submission', () => {
  expect(disclose('team', 'HIDDEN')).toMatchObject({
    createdAt: '2026-03-01T10:00:20.500Z',
    startedAt: '2026-03-01T10:00:20.500Z',
    imageReadyAt: '2026-03-01T10:02:00.000Z',
    firstCaseAt: '2026-03-01T10:03:00.000Z',
    finishedAt: '2026-03-01T10:05:00.000Z',
  });
  expect(disclose('organizer', 'HIDDEN').finishedAt).toBe('2026-03-01T10:05:59.999Z');
});

test.each([
  ['team', 'OPEN'],
  ['organizer', 'HIDDEN'],
] as const)('%s sees of a phase that is %s: messages, logs, scores of each case', (audience, kind) => {
  const view = disclose(audience, kind);
  expect(view.caseFaults[0]!.cases).toEqual([
    { caseNumber: 3, message: 'the message says 42 voxels', log: 'log of 2' },
  ]);
  expect(view.caseScores.map(({ caseNumber, metrics }) => [caseNumber, metrics])).toEqual([
    [1, { dice: 0.12 }],
    [2, { dice: 0.99 }],
    [3, {}],
  ]);
});

test('the public sees aggregates and counts, and no fault, even of an open phase', () => {
  const failing = { ...evaluation, platformCode: 'DISK_FULL', requeues: 2 };
  const view = disclose('public', 'OPEN', { evaluation: failing });
  expect(view.scores).toHaveLength(1);
  expect(view).toMatchObject({ caseFaults: [], caseScores: [], fault: null, platformFault: null });
});

test('the detail of a fault is told where no scan can be in it', () => {
  const fault = (code: string, audience: Audience) =>
    disclose(audience, 'HIDDEN', {
      evaluation: { ...evaluation, state: 'FAILED', code, message: 'layer 3 is damaged' },
    }).fault;
  expect(fault('IMAGE_INVALID', 'team')).toMatchObject({
    code: 'IMAGE_INVALID',
    message: 'layer 3 is damaged',
  });
  expect(fault('START_FAILED', 'team')).toMatchObject({ code: 'START_FAILED', message: null });
  expect(fault('START_FAILED', 'organizer')).toMatchObject({ message: 'layer 3 is damaged' });
});

test('faults of cases stand by how many, then by code: their order tells nothing of the cases', () => {
  const codes = ['TIME_LIMIT', 'NO_OUTPUT', 'SHAPE', 'SHAPE'];
  const cases = codes.map((code, index) => failedCase(index, code));
  const faults = disclose('team', 'HIDDEN', { cases }).caseFaults;
  expect(faults.map(({ code, count }) => [code, count])).toEqual([
    ['SHAPE', 2],
    ['NO_OUTPUT', 1],
    ['TIME_LIMIT', 1],
  ]);
});

test('a code that is in no list is called ours', () => {
  const cases = [failedCase(0, 'SOMETHING_NEW')];
  expect(disclose('team', 'HIDDEN', { cases }).caseFaults[0]!.code).toBe('INTERNAL');
});

test('scores are shown when all cases are in, not before', () => {
  expect(disclose('team', 'OPEN', { evaluation: { ...evaluation, state: 'RUNNING' } }).scores).toEqual([]);
});
