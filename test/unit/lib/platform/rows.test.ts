import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { caseScoreFromRow } from '#lib/platform/rows/case-score.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { runnerFromRow } from '#lib/platform/rows/runner.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';

type PhaseRow = Parameters<typeof phaseFromRow>[0];

const PHASE: PhaseRow = {
  id: '00000000-0000-7000-8000-000000000001',
  challengeId: '00000000-0000-7000-8000-000000000002',
  slug: 'test',
  title: 'Hidden test',
  position: 0,
  kind: 'HIDDEN',
  zone: 'UTC',
  opensAt: new Date(0),
  lateUntil: null,
  closesAt: new Date(1),
  contract: 'EXEC',
  task: STROKE_T1,
  acceptsMissingGeometry: false,
  keepsPredictionsDays: 0,
  showsCaseScores: false,
  recordsVolumes: false,
  requiresGvisor: false,
  gpu: null,
  keepsLogs: true,
  limits: { ...DEFAULT_LIMITS },
  metrics: [{ metric: 'dice', weight: 1 }],
  connectivity: 18,
  ranking: 'AGGREGATE_THEN_RANK',
  summary: 'MEAN',
  counting: 'BEST',
  disclosure: 'LIVE',
  submissionsOfAllTeams: null,
  showsOwnScores: false,
  heldBackPercent: 0,
  revealedAt: null,
  decimals: 3,
  submissionsPerDay: 1,
  submissionsTotal: 1,
  submissionsRolling: null,
  rollingHours: 24,
  submissionsAtOnce: null,
  freeFailures: 0,
  computeHours: null,
  graceMinutes: 60,
  acceptsLate: false,
  keepsRehearsal: false,
  gate: null,
  groups: [],
  groupLimits: [],
  metricSets: [],
  asksComment: 'OFF',
  asksCode: 'OFF',
  asksPaper: 'OFF',
  seed: 1,
  scoresVersion: 0,
  testSetId: null,
};

describe('a phase', () => {
  test('keeps its other columns and included relations', () => {
    const testSet = { caseCount: 2 };
    expect(phaseFromRow({ ...PHASE, testSet })).toEqual({ ...PHASE, testSet });
  });

  test.each([
    ['limits', { ...DEFAULT_LIMITS, cpus: 0 }],
    ['limits', null],
    ['metrics', []],
    ['metrics', [{ metric: 'a metric of another version', weight: 1 }]],
    ['connectivity', 7],
    ['task', { ...STROKE_T1, outputs: [] }],
  ])('with invalid %s is refused with table, ID and column', (column, value) => {
    expect(() => phaseFromRow({ ...PHASE, [column]: value })).toThrow(
      `Phase ${PHASE.id} has an invalid ${column}`,
    );
  });
});

test('a test set with an invalid worst value is refused with table, ID and column', () => {
  expect(testSetFromRow({ id: 'a', worst: { dice: 0 }, strata: [] }).worst).toEqual({ dice: 0 });
  expect(() => testSetFromRow({ id: 'a', worst: { dice: null }, strata: [] })).toThrow(
    'TestSet a has an invalid worst',
  );
});

test('a case with an invalid score is refused with table, ID and column', () => {
  const row = { evaluationId: 'a', caseIndex: 3 };
  expect(caseScoreFromRow({ ...row, metrics: { dice: null } }).metrics).toEqual({ dice: null });
  expect(() => caseScoreFromRow({ ...row, metrics: { dice: '0.5' } })).toThrow(
    'CaseScore a/3 has an invalid metrics',
  );
});

describe('a runner', () => {
  const CAPABILITIES = {
    cpus: 4,
    memoryMib: 8192,
    gvisorRuntime: null,
    contracts: ['EXEC' as const],
    gpus: [],
    outputDiskMib: null,
  };

  test('of another version whose report doesn’t parse counts as one without a report', () => {
    const row = { name: 'first', host: { cpus: 'many' }, health: { status: 'fine' } };
    expect(runnerFromRow(row)).toEqual({ name: 'first', capabilities: null, host: null, health: null });
  });

  test('of an earlier version that doesn’t report its engine can still get evaluations', () => {
    const { capabilities, host } = runnerFromRow({ host: { ...CAPABILITIES }, health: null });
    expect(capabilities).toEqual(CAPABILITIES);
    expect(host).toBeNull();
  });
});
