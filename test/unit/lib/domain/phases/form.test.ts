import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHALLENGE_TEMPLATES } from '#examples/challenges/templates.ts';
import { parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { challengeForm, type FormField, type MetricsField, phaseForm } from '#lib/domain/phases/form/form.ts';
import { formErrors, readChallengeForm, readPhaseForm } from '#lib/domain/phases/form/read-form.ts';
import { challengeDefinitionSchema, type PhaseDefinition } from '#lib/domain/phases/phase.ts';

const definitions = CHALLENGE_TEMPLATES.map(({ define }) =>
  challengeDefinitionSchema.parse(define(new Date('2026-03-01T10:20:30.400Z'))),
);
const phase = definitions[0]!.phases[0]!;

/** What a browser sends of a form that nobody touched: nothing of what is locked. */
function sentOf(fields: readonly (FormField | MetricsField)[]): Record<string, string> {
  const sent = fields.flatMap((field): [string, string][] => {
    if (field.locked) return [];
    if (field.kind !== 'metrics') return [[field.name, field.value]];
    return field.rows.flatMap(({ metric, weight }, place): [string, string][] => [
      [`metrics[${place}].metric`, metric],
      [`metrics[${place}].weight`, weight],
    ]);
  });
  return Object.fromEntries(sent);
}

describe('the form of a phase', () => {
  it.each(definitions)('sends back $slug as it is, whether locked or not', (definition) => {
    for (const locked of [false, true]) {
      expect(readChallengeForm(definition, sentOf(challengeForm(definition, locked)))).toEqual(definition);
      for (const one of definition.phases) {
        expect(readPhaseForm(one, sentOf(phaseForm(one, locked)))).toEqual(one);
      }
    }
  });

  it('has a field for every setting, and each limit its own', () => {
    const names = phaseForm(phase, false).map(({ name }) => name);
    const settings = Object.keys(phase).filter((name) => name !== 'slug' && name !== 'limits');
    const limits = Object.keys(phase.limits).map((name) => `limits.${name}`);
    expect(new Set(names)).toEqual(new Set([...settings, ...limits]));
  });

  it('locks what judges submissions, and nothing else', () => {
    const open = phaseForm(phase, true).filter(({ locked }) => !locked);
    expect(open.map(({ name }) => name)).toEqual([
      'title',
      'zone',
      'closesAt',
      'lateUntil',
      'metricSets',
      'submissionsPerDay',
      'submissionsTotal',
      'submissionsRolling',
      'rollingHours',
      'submissionsAtOnce',
      'freeFailures',
      'computeHours',
      'graceMinutes',
      'acceptsLate',
      'keepsRehearsal',
      'gate',
      'groups',
      'groupLimits',
      'asksComment',
      'asksCode',
      'asksPaper',
      'showsOwnScores',
      'decimals',
      'showsCaseScores',
      'keepsLogs',
      'keepsPredictionsDays',
    ]);
  });

  it('reads numbers, dates, choices, GPUs, JSON and rows of metrics', () => {
    const sent = {
      ...sentOf(phaseForm(phase, false)),
      ...{ closesAt: '2026-09-01T12:00', submissionsPerDay: '9', 'limits.cpus': '2.5', gpu: '2:A100' },
      ...{ submissionsRolling: '5', rollingHours: '36', submissionsAtOnce: '3', gate: 'rehearsal 0.25' },
      ...{ connectivity: '26', keepsLogs: 'false', task: JSON.stringify(phase.task) },
      ...{ 'metrics[0].metric': '', 'metrics[1].metric': 'dice', 'metrics[1].weight': '0.5' },
    };
    expect(readPhaseForm(phase, sent)).toMatchObject({
      ...{ closesAt: '2026-09-01T12:00:00Z', submissionsPerDay: 9, limits: { cpus: 2.5 } },
      ...{ gpu: { count: 2, model: 'A100' }, connectivity: 26, keepsLogs: false, task: phase.task },
      ...{
        submissionsRolling: 5,
        rollingHours: 36,
        submissionsAtOnce: 3,
        gate: { phase: 'rehearsal', threshold: 0.25 },
      },
      metrics: expect.arrayContaining([{ metric: 'dice', weight: 0.5 }]),
    });
  });

  it('reads dates in the chosen zone, and shows them in it', () => {
    const sent = { ...sentOf(phaseForm(phase, false)), zone: 'Etc/GMT+12', closesAt: '2026-09-01T23:59' };
    const read = readPhaseForm(phase, sent) as PhaseDefinition;
    expect(read).toMatchObject({ zone: 'Etc/GMT+12', closesAt: '2026-09-02T11:59:00Z' });
    // What is left as it reads is meant in the new zone, too: to the second, as it is shown.
    expect(phase.opensAt).toMatch(/:20:30/);
    expect(Date.parse(read.opensAt) - Math.floor(Date.parse(phase.opensAt) / 1000) * 1000).toBe(
      12 * 3600 * 1000,
    );
    expect(sentOf(phaseForm(read, false))).toMatchObject({
      zone: 'Etc/GMT+12',
      closesAt: '2026-09-01T23:59',
    });
    expect(readPhaseForm(read, sentOf(phaseForm(read, false)))).toEqual(read);
    // A locked date isn't sent, and stays the same instant.
    const locked = readPhaseForm(phase, { ...sentOf(phaseForm(phase, true)), zone: 'Asia/Tokyo' });
    expect(locked).toMatchObject({ opensAt: phase.opensAt });
  });

  it.each([
    [
      'closesAt',
      { zone: 'Europe/Berlin', closesAt: '2027-03-28T02:30' },
      /02:30 on 2027-03-28 doesn’t exist/,
    ],
    ['closesAt', { zone: 'Europe/Berlin', closesAt: '2027-10-31T02:30' }, /comes twice in Europe\/Berlin/],
    ['zone', { zone: 'Mars/Olympus' }, /“Mars\/Olympus” is no time zone/],
  ])('has a wrong %s refused there in a sentence', (name, wrong, sentence) => {
    const sent = { ...sentOf(phaseForm(phase, false)), ...wrong };
    const definition = { ...definitions[0], phases: [readPhaseForm(phase, sent)] };
    const parsed = parseOrDescribe(challengeDefinitionSchema, definition);
    const problems = parsed.success ? {} : parsed.problems;
    expect(formErrors(problems, { index: 0, sent })).toMatchObject({
      [name]: expect.stringMatching(sentence),
    });
  });

  it('leaves what it can’t read to the schema, which refuses it at its field', () => {
    const wrong = { closesAt: 'soon', 'limits.cpus': '', gpu: 'many', task: '{', submissionsTotal: '1e9' };
    const sent = { ...sentOf(phaseForm(phase, false)), ...wrong };
    const phases = [definitions[0]!.phases[0], { ...(readPhaseForm(phase, sent) as object), slug: 'next' }];
    const parsed = parseOrDescribe(challengeDefinitionSchema, { ...definitions[0], phases });
    const fields = parsed.success ? {} : parsed.problems;
    expect(Object.keys(formErrors(fields, { index: 1, sent })).sort()).toEqual(Object.keys(wrong).sort());
    expect(formErrors(fields, { index: 0, sent })).toEqual({});
  });

  it('shows the fault of a metric at its row, though empty rows are left out', () => {
    const sent = { 'metrics[0].metric': '', 'metrics[1].metric': 'dice', 'metrics[1].weight': 'x' };
    const fields = { 'definition.phases[0].metrics[0].weight': 'must be a number.' };
    expect(formErrors(fields, { index: 0, sent })).toEqual({ 'metrics[1].weight': 'must be a number.' });
  });

  it('never throws, whatever is sent', () => {
    const names = Object.keys(sentOf(phaseForm(phase, false)));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (sent) => {
        const read = readPhaseForm(phase, sent) as PhaseDefinition;
        parseOrDescribe(challengeDefinitionSchema, { ...definitions[0], phases: [read] });
      }),
    );
  });
});

describe('the form of a challenge', () => {
  const definition = definitions[0]!;

  it('reads links and dates, one per line, and empty texts as none', () => {
    const sent = {
      ...sentOf(challengeForm(definition, false)),
      links: 'https://workshop.example/2026  The workshop\r\n\r\nhttps://data.example Data',
      dates: '2026-10-04 Workshop at MICCAI',
      citation: ' ',
      allowedAddresses: 'uni.example\r\n',
    };
    expect(readChallengeForm(definition, sent)).toMatchObject({
      links: [
        { url: 'https://workshop.example/2026', label: 'The workshop' },
        { url: 'https://data.example', label: 'Data' },
      ],
      dates: [{ date: '2026-10-04', label: 'Workshop at MICCAI' }],
      citation: null,
      allowedAddresses: ['uni.example'],
    });
  });

  it('says at a list which of its lines is wrong, and why', () => {
    const sent = {
      ...sentOf(challengeForm(definition, false)),
      links: 'https://a.example Fine\nhttp://b.example Insecure',
      dates: '4 October',
      allowedAddresses: 'uni.example\nnobody',
    };
    const parsed = parseOrDescribe(challengeDefinitionSchema, readChallengeForm(definition, sent));
    const errors = formErrors(parsed.success ? {} : parsed.problems, { index: null, sent });
    expect(errors).toEqual({
      links: 'Line 2: Enter an address that begins with https://',
      dates: 'Line 1: Enter a day as 2026-10-04.',
      allowedAddresses: expect.stringMatching(/^Line 2: Enter an address or a domain/),
    });
  });
});
