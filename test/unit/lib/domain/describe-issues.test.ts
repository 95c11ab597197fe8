import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatProblems, parseOrDescribe } from '#lib/domain/describe-issues.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const PHASE = {
  slug: 'test',
  title: 'Hidden test',
  kind: 'HIDDEN',
  opensAt: '2026-03-01T00:00:00Z',
  closesAt: '2026-06-01T00:00:00Z',
  limits: { cpus: 1, memoryMib: 2048, pids: 256, timeLimitSeconds: 300, outputMib: 256, imageMib: 10_240 },
  metrics: [{ metric: 'dice', weight: 1 }],
  submissionsPerDay: 1,
  submissionsTotal: 10,
};
const CHALLENGE = {
  slug: 'stroke',
  title: 'Stroke',
  question: 'Who finds them?',
  summary: 'Lesions.',
  phases: [PHASE],
};

function sentences(schema: z.ZodType, input: unknown): string[] {
  const parsed = parseOrDescribe(schema, input);
  return parsed.success ? [] : formatProblems(parsed.problems);
}
const ofChallenge = (changes: object) => sentences(challengeDefinitionSchema, { ...CHALLENGE, ...changes });
const ofPhase = (changes: object) => ofChallenge({ phases: [{ ...PHASE, ...changes }] });
const ofLimits = (changes: object) => ofPhase({ limits: { ...PHASE.limits, ...changes } });

test('a definition that is right has no problem', () => {
  expect(ofChallenge({})).toEqual([]);
});

describe('a challenge definition is refused in plain sentences', () => {
  test.each([
    ['a field that is missing', { title: undefined }, 'title: is missing: it must be a string.'],
    ['another type', { title: 5 }, 'title: must be a string.'],
    ['null for a value', { phases: null }, 'phases: must be a list.'],
    ['no boolean', { synthetic: 'yes' }, 'synthetic: must be true or false.'],
    ['an empty text', { title: '' }, 'title: must not be empty.'],
    ['a text that is too short', { slug: 'a' }, 'slug: must have at least 2 characters.'],
    ['a text that is too long', { title: 'x'.repeat(121) }, 'title: must have at most 120 characters.'],
    [
      'a text of another form, by the message of its schema',
      { slug: 'No Slug' },
      'slug: Lower-case letters, digits and single hyphens, as in "stroke-t1-2026".',
    ],
    ['an empty list', { phases: [] }, 'phases: must have at least 1 item.'],
    ['a long list', { phases: Array(21).fill(PHASE) }, 'phases: must have at most 20 items.'],
    ['a field that is not known', { isOpen: true }, 'isOpen: is not a known field.'],
  ])('%s', (_, changes, sentence) => {
    expect(ofChallenge(changes)).toEqual([sentence]);
  });

  test.each([
    [
      'an object that is missing',
      { limits: undefined },
      'phases[0].limits: is missing: it must be an object.',
    ],
    ['a list for an object', { limits: [] }, 'phases[0].limits: must be an object.'],
    ['none of the words', { kind: 'SECRET' }, 'phases[0].kind: must be "OPEN" or "HIDDEN".'],
    [
      'a word that is missing',
      { kind: undefined },
      'phases[0].kind: is missing: it must be "OPEN" or "HIDDEN".',
    ],
    ['none of the numbers', { connectivity: 7 }, 'phases[0].connectivity: must be 6, 18 or 26.'],
    [
      'no date',
      { opensAt: '2026-03-01' },
      'phases[0].opensAt: must be a date and time in UTC, as in "2026-03-01T12:00:00Z".',
    ],
    ['a fraction', { decimals: 1.5 }, 'phases[0].decimals: must be a whole number.'],
    [
      'a number that is too large',
      { decimals: 7 },
      'phases[0].decimals: must be a whole number of at most 6.',
    ],
    [
      'a rule between fields, by its own message',
      { closesAt: PHASE.opensAt },
      'phases[0].closesAt: A phase must close after it opens.',
    ],
    [
      'an unknown field of an item',
      { metrics: [{ metric: 'dice', weight: 1, wieght: 1 }] },
      'phases[0].metrics[0].wieght: is not a known field.',
    ],
  ])('of a phase: %s', (_, changes, sentence) => {
    expect(ofPhase(changes)).toEqual([sentence]);
  });

  test('of its limits: numbers, whole and others, each under its path', () => {
    expect(ofLimits({ cpus: 0, memoryMib: 1, pids: '256' })).toEqual([
      'phases[0].limits.cpus: must be a number of at least 0.1.',
      'phases[0].limits.memoryMib: must be a whole number of at least 64.',
      'phases[0].limits.pids: must be a whole number.',
    ]);
  });

  test('several unknown fields, each under its name', () => {
    expect(ofChallenge({ a: 1, b: 2 })).toEqual(['a: is not a known field.', 'b: is not a known field.']);
  });

  test('something else than an object as a whole', () => {
    expect(sentences(challengeDefinitionSchema, [])).toEqual(['Must be an object.']);
  });
});

test.each<[string, z.ZodType, unknown, string]>([
  ['a number at a limit that is left out', z.number().positive(), 0, 'Must be a number above 0.'],
  ['below', z.number().lt(5), 5, 'Must be a number below 5.'],
  ['an integer beyond what is exact', z.int(), 1e30, `Must be a whole number of at most ${2 ** 53 - 1}.`],
  ['a multiple', z.number().multipleOf(2), 3, 'Must be a multiple of 2.'],
  ['an exact length', z.string().length(3), 'x', 'Must have exactly 3 characters.'],
  ['a pattern without a message', z.string().regex(/^a$/), 'b', 'Must match the pattern /^a$/.'],
  ['an email address', z.email(), 'x', 'Must be an email address, as in "ada@example.org".'],
  ['a web address', z.url(), 'x', 'Must be a web address, as in "https://example.org".'],
  ['a UUID', z.uuid(), 'x', 'Must be a UUID, as in "01980a6e-3c2b-7d11-9f00-5a1f0e6b2c4d".'],
  ['a format of no name', z.ipv4(), 'x', 'Must be text of the format ipv4.'],
  ['one value', z.literal('a'), 'b', 'Must be "a".'],
  ['types to choose from', z.union([z.string(), z.number()]), true, 'Must be a string, or must be a number.'],
  [
    'objects to choose from',
    z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]),
    { b: 'x' },
    'Its field a must be a string, or its field b must be a number.',
  ],
  [
    'objects by a field',
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    { kind: 'c' },
    'kind: must be "a" or "b".',
  ],
  [
    'the name of an entry',
    z.record(z.string().regex(/a/), z.number()),
    { b: 1 },
    'b: has a name that is not allowed here.',
  ],
  [
    'an item of a set',
    z.map(z.object(), z.number()),
    new Map([[{}, 'x']]),
    'Has an item that is not allowed here.',
  ],
  ['a rule without a message', z.string().refine(() => false), 'x', 'Has a value that is not allowed here.'],
  ['a rule with one', z.string().refine(() => false, 'Not this.'), 'x', 'Not this.'],
])('%s is told in our words', (_, schema, input, sentence) => {
  expect(sentences(schema, input)).toEqual([sentence]);
});
