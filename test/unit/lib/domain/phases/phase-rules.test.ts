import { describe, expect, test } from 'vitest';
import { phaseDefinitionSchema } from '#lib/domain/phases/phase.ts';
import {
  ALL_SETTINGS,
  DEFAULT_CONTAINER_RULES,
  describeContainerRules,
  describeRules,
  findConflict,
  findContainerConflict,
} from '#lib/domain/phases/rules.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import { VALUES_TASK } from '#test/support/scoring/values-task.ts';
import { strokeTask } from '#test/support/stroke-case.ts';

const MAPS = strokeTask({ format: 'mha', maps: true });

const RULES: PhaseRules = {
  ...DEFAULT_CONTAINER_RULES,
  kind: 'HIDDEN',
  metrics: [{ metric: 'dice', weight: 1 }],
  connectivity: 6,
  ranking: 'AGGREGATE_THEN_RANK',
  summary: 'MEAN',
  counting: 'BEST',
  seed: 1,
  submissionsPerDay: 2,
  submissionsTotal: 40,
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
  disclosure: 'LIVE',
  submissionsOfAllTeams: null,
  showsOwnScores: false,
  heldBackPercent: 0,
  decimals: 3,
  showsCaseScores: false,
  recordsVolumes: false,
  keepsLogs: true,
  keepsPredictionsDays: 0,
};

function rowsOf(over: Partial<PhaseRules>): Record<string, string> {
  return Object.fromEntries(describeRules({ ...RULES, ...over }).map(({ row, text }) => [row, text]));
}

describe('sentences', () => {
  test('how teams are ranked', () => {
    const one = [{ metric: 'dice', weight: 1 }] satisfies PhaseRules['metrics'];
    const two = [...one, { metric: 'hd95' as const, weight: 2 }];
    const phrase = (over: Partial<PhaseRules>) => rowsOf(over)['Ranking'];
    expect(phrase({ metrics: two })).toBe(
      'by the mean on each metric, then by the weighted mean of these ranks',
    );
    const ranking = 'RANK_THEN_AGGREGATE';
    expect(phrase({ ranking, metrics: two })).toBe(
      'on each case and metric, then by the weighted mean of these ranks',
    );
    expect(phrase({ ranking })).toBe('on each case, then by the mean of these ranks');
    expect(findConflict({ ...RULES, ranking })).toBeNull();
    expect(phrase({ summary: 'MEDIAN' })).toBe('by the median over the cases');
    expect(rowsOf({ summary: 'MEDIAN' })['Teams see']).toContain('medians to 3 decimals');
  });

  test('every row of a usual phase', () => {
    expect(rowsOf({})).toEqual({
      'Ranked by (weight)': 'Dice (1)',
      Closing: 'an upload that starts before the phase closes may end up to 60 min later',
      'Scores appear': 'as soon as a submission is scored',
      'One lesion': 'voxels that share a face (6-connected)',
      Ranking: 'by the mean over the cases',
      Counts: 'the best submission of each team',
      Submissions: '2 per day, 40 in total',
      Contract: 'exec, one container per case',
      Input: 'T1-weighted MRI (.nii.gz); Site, chronicity and days after stroke (.json, optional)',
      Output: 'Lesion mask (.nii.gz)',
      Limits: '1 CPU, 2 GiB of memory, 300 s per case, no GPU',
      'Further limits':
        '256 processes and threads, 256 MiB of output per case, 10 GiB each for the image and model archives',
      Isolation: 'no network, a seccomp profile',
      'Teams see':
        'means to 3 decimals and the number of failed cases, no scores of single cases, no logs: only organizers can read them',
      Predictions: 'deleted as soon as they are scored',
    });
  });

  test('how scores appear, and why a ladder needs approval', () => {
    expect(rowsOf({ disclosure: 'SEALED', showsOwnScores: true })['Scores appear']).toBe(
      'when the organizers reveal the results; before that to the team that submitted, and to nobody else',
    );
    const [row] = describeRules({ ...RULES, ...LADDER }).filter((one) => one.row === 'Scores appear');
    // Φ⁻¹(1 − 0.05 / 200)
    expect(row!.detail).toMatch(/more than 3.48 standard errors.*organizers decide about each team/);
    expect(rowsOf({ heldBackPercent: 40 })['Held back']).toBe(
      '40 % of the cases, which count only in the final ranking',
    );
  });

  test('optional settings appear in their rows', () => {
    expect(
      rowsOf({
        task: { ...MAPS, inputs: MAPS.inputs.slice(0, 1) },
        requiresGvisor: true,
        gpu: { count: 2, model: 'A100' },
        keepsPredictionsDays: 30,
        showsCaseScores: true,
        decimals: 5,
        keepsLogs: false,
        metrics: [
          { metric: 'dice', weight: 2 },
          { metric: 'hd95', weight: 0 },
        ],
      }),
    ).toMatchObject({
      'Ranked by (weight)': 'Dice (2); shown, not ranked: Hausdorff distance, 95%',
      Input: 'T1-weighted MRI (.mha)',
      Output: 'Lesion mask (.nii.gz); Lesion probability (.nii.gz, optional)',
      Limits: '1 CPU, 2 GiB of memory, 300 s per case, 2 GPUs (A100)',
      Isolation: 'no network, gVisor',
      'Teams see':
        'means to 5 decimals and the number of failed cases; scores of single cases to 3 decimals, under pseudonymous case IDs; no logs, since none are kept',
      Predictions:
        'kept for 30 days after the evaluation, sealed to a runner’s key, so that they can be rescored if a metric changes',
    });
  });

  test('a phase that accepts masks without geometry says so beside the output', () => {
    expect(rowsOf({ acceptsMissingGeometry: true })).toMatchObject({
      Output: 'Lesion mask (.nii.gz); headers without geometry are accepted',
    });
    const { detail } = describeRules({ ...RULES, acceptsMissingGeometry: true }).find(
      ({ row }) => row === 'Output',
    )!;
    expect(detail).toContain('spacing 1, origin 0 and no rotation');
  });

  test('the settings of containers are described the same without the rest of the phase', () => {
    const rows = describeContainerRules(DEFAULT_CONTAINER_RULES);
    expect(rows.map(({ row }) => row)).toEqual([
      'Contract',
      'Input',
      'Output',
      'Limits',
      'Further limits',
      'Isolation',
    ]);
    expect(describeRules(RULES)).toEqual(expect.arrayContaining(rows));
  });

  test('a task without masks has no rule about lesions', () => {
    const outputs = [{ slug: 'walks', title: 'Walks', kind: 'Float', relative_path: 'walks.json' }];
    const inputs = [{ slug: 'age', title: 'Age', kind: 'Integer', relative_path: 'age.json' }];
    const task = taskSchema.parse({ inputs, outputs, scoring: { kind: 'values', outputs: ['walks'] } });
    const rows = rowsOf({ task, metrics: [{ metric: 'mae:walks', weight: 1 }] });
    expect(rows).not.toHaveProperty('One lesion');
    expect(JSON.stringify(rows)).not.toMatch(/scan|mask|lesion/i);
  });

  test('volumes are compared of one mask in mm without labels', () => {
    expect(rowsOf({})).not.toHaveProperty('Everyone sees');
    expect(rowsOf({ recordsVolumes: true })['Everyone sees']).toBe(
      'how well predicted and true volumes agree, but no single volume',
    );
    const conflictOf = (task: PhaseRules['task']) => findConflict({ ...RULES, task, recordsVolumes: true });
    expect(conflictOf(RULES.task)).toBeNull();
    const labels = [{ value: 1, name: 'core' }];
    const labelled = { ...RULES.task, scoring: { ...RULES.task.scoring, labels } } as PhaseRules['task'];
    expect(conflictOf(labelled)).toMatchObject({
      name: 'recordsVolumes',
      message: expect.stringMatching('labels'),
    });
    const outputs = RULES.task.outputs.map((output) => ({ ...output, format: 'png' as const }));
    expect(conflictOf({ ...RULES.task, outputs })).toMatchObject({
      message: expect.stringMatching('picture'),
    });
  });

  test('an open phase shows each of its cases', () => {
    expect(rowsOf({ kind: 'OPEN', showsCaseScores: true })['Teams see']).toBe(
      'scores and errors of each case, logs of each case',
    );
  });
});

const LADDER = { disclosure: 'LADDER', submissionsOfAllTeams: 200 } as const;

describe('conflicts', () => {
  test.each<[Partial<PhaseRules>, keyof PhaseRules, RegExp]>([
    [{ contract: 'INVOKE', requiresGvisor: true }, 'requiresGvisor', /own network/],
    [{ gpu: { count: 1 }, requiresGvisor: true }, 'gpu', /no GPU/],
    [{ contract: 'BATCH', task: MAPS }, 'task', /BIDS name is .nii.gz/],
    [{ metrics: [{ metric: 'pr_auc', weight: 1 }] }, 'metrics', /needs probability maps/],
    [{ metrics: [{ metric: 'dice', weight: 0 }] }, 'metrics', /weight above 0/],
    [
      {
        task: VALUES_TASK,
        ranking: 'RANK_THEN_AGGREGATE',
        metrics: [
          { metric: 'auroc:walks', weight: 1 },
          { metric: 'brier:walks', weight: 0 },
        ],
      },
      'ranking',
      /a case has a value of/,
    ],
    [
      {
        metrics: [
          { metric: 'dice', weight: 1 },
          { metric: 'dice', weight: 0 },
        ],
      },
      'metrics',
      /named twice/,
    ],
    [{ disclosure: 'SEALED', kind: 'OPEN' }, 'disclosure', /shows every score/],
    [{ ...LADDER, submissionsOfAllTeams: null }, 'disclosure', /how many submissions/],
    [{ ...LADDER, counting: 'LATEST' }, 'disclosure', /choose BEST/],
    [{ ...LADDER, showsCaseScores: true }, 'disclosure', /reveal what a ladder hides/],
    [
      { ...LADDER, task: VALUES_TASK, metrics: [{ metric: 'auroc:walks', weight: 1 }] },
      'disclosure',
      /one value over all cases/,
    ],
    [{ showsOwnScores: true }, 'showsOwnScores', /Only a sealed phase/],
    [{ heldBackPercent: 20, kind: 'OPEN' }, 'heldBackPercent', /hold none back/],
    [
      { heldBackPercent: 20, task: VALUES_TASK, metrics: [{ metric: 'auroc:walks', weight: 1 }] },
      'heldBackPercent',
      /auroc:walks has one value over all cases/,
    ],
  ])('%o', (over, name, message) => {
    expect(findConflict({ ...RULES, ...over })).toEqual({ name, message: expect.stringMatching(message) });
  });

  test('a usual phase has none, and the settings of containers can be checked alone', () => {
    expect(findConflict(RULES)).toBeNull();
    expect(findConflict({ ...RULES, ...LADDER, heldBackPercent: 30 })).toBeNull();
    expect(findConflict({ ...RULES, disclosure: 'SEALED', showsOwnScores: true })).toBeNull();
    expect(findContainerConflict(DEFAULT_CONTAINER_RULES)).toBeNull();
    const both = { ...DEFAULT_CONTAINER_RULES, contract: 'INVOKE' as const, requiresGvisor: true };
    expect(findContainerConflict(both)?.name).toBe('requiresGvisor');
  });

  test('a definition with a conflict is rejected with the name of the field', () => {
    const dates = { opensAt: '2026-03-01T00:00:00Z', closesAt: '2026-02-01T00:00:00Z' };
    const definition = {
      slug: 'test',
      title: 'Test',
      ...dates,
      ...RULES,
      contract: 'INVOKE',
      requiresGvisor: true,
    };
    const issues = phaseDefinitionSchema.safeParse(definition).error?.issues ?? [];
    expect(issues.map(({ path }) => path)).toEqual([['closesAt'], ['requiresGvisor']]);
  });
});

describe('the table of settings', () => {
  test.each(ALL_SETTINGS)('%s: the default is valid', (_, setting) => {
    if (setting.default !== undefined) expect(setting.schema.safeParse(setting.default).success).toBe(true);
  });

  test('a definition may omit settings with a default, and gets the default', () => {
    const required = Object.fromEntries(
      ALL_SETTINGS.filter(([, setting]) => setting.default === undefined).map(([name]) => [
        name,
        RULES[name],
      ]),
    );
    const dates = { opensAt: '2026-03-01T00:00:00Z', closesAt: '2026-09-01T00:00:00Z' };
    expect(phaseDefinitionSchema.parse({ slug: 'test', title: 'Test', ...dates, ...required })).toEqual({
      slug: 'test',
      title: 'Test',
      zone: 'UTC',
      lateUntil: null,
      ...dates,
      ...RULES,
    });
  });
});
