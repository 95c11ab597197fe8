import { describe, expect, test } from 'vitest';
import { addressListSchema, admissionOf, isListed } from '#lib/domain/registrations/addresses.ts';
import { questionListSchema, readAnswers } from '#lib/domain/registrations/questions.ts';

test.each([
  ['ada@uni.example', 'ada@uni.example', true],
  ['ada@uni.example', 'ADA@Uni.Example', true],
  ['ada@uni.example', 'bob@uni.example', false],
  ['uni.example', 'bob@uni.example', true],
  ['uni.example', 'bob@mail.uni.example', false],
  ['uni.example', 'bob@notuni.example', false],
  ['uni.example', 'uni.example@evil.test', false],
  ['*.uni.example', 'bob@mail.uni.example', true],
  ['*.uni.example', 'bob@uni.example', false],
  ['*@*.edu', 'bob@cs.school.edu', true],
  ['*@*.edu', 'bob@cs.school.edu.evil.test', false],
  ['a.a@uni.example', 'axa@uni.example', false],
  ['uni.example', null, false],
])('the pattern %s matches %s: %s', (pattern, email, matches) => {
  expect(isListed([pattern], email)).toBe(matches);
});

test('a pattern that could take long, or isn’t an address or a domain, is refused', () => {
  expect(addressListSchema.parse([' Ada@Uni.Example '])).toEqual(['ada@uni.example']);
  for (const bad of ['*a*b*c*d.example', 'uni', 'a@b@c.example', 'a b.example', '']) {
    expect(addressListSchema.safeParse([bad]).success, bad).toBe(false);
  }
  const startedMs = performance.now();
  isListed(['*a*a*a.example'], `x@${'a'.repeat(240)}.test`);
  expect(performance.now() - startedMs).toBeLessThan(1000);
});

describe('admission', () => {
  const lists = { allowedAddresses: ['uni.example'], deniedAddresses: ['eve@uni.example'] };
  test.each([
    ['OPEN', 'bob@elsewhere.example', 'APPROVED'],
    ['OPEN', null, 'APPROVED'],
    ['OPEN', 'eve@uni.example', 'REFUSED'],
    ['APPROVAL', 'ada@uni.example', 'APPROVED'],
    ['APPROVAL', 'bob@elsewhere.example', 'PENDING'],
    ['APPROVAL', 'eve@uni.example', 'REFUSED'],
    ['LIST', 'ada@uni.example', 'APPROVED'],
    ['LIST', 'bob@elsewhere.example', 'REFUSED'],
    ['LIST', null, 'REFUSED'],
  ] as const)('with %s, %s is %s', (registration, email, admission) => {
    expect(admissionOf({ registration, ...lists }, email)).toBe(admission);
  });
});

const QUESTIONS = questionListSchema.parse([
  { id: 'institution', kind: 'text', label: 'Institution' },
  { id: 'track', kind: 'choice', label: 'Track', options: ['open', 'closed'], isRequired: false },
  { id: 'terms', kind: 'agreement', label: 'We agree to the terms.' },
]);

test('answers are kept with their questions, and what is missing is named', () => {
  expect(readAnswers(QUESTIONS, { institution: ' Example University ', terms: 'yes', other: 'x' })).toEqual({
    answers: [
      { id: 'institution', label: 'Institution', answer: 'Example University' },
      { id: 'terms', label: 'We agree to the terms.', answer: 'yes' },
    ],
    problems: {},
  });
  expect(readAnswers(QUESTIONS, { institution: ' ', track: 'other', terms: 'no' }).problems).toEqual({
    institution: 'Answer this question.',
    track: 'Choose one of the options.',
    terms: 'You need to agree to this to register.',
  });
  expect(readAnswers(QUESTIONS, { institution: 'x'.repeat(1001), terms: 'yes' }).problems).toEqual({
    institution: 'At most 1000 characters.',
  });
});

test('questions with the same id, or a choice of one, are refused', () => {
  const text = { id: 'a', kind: 'text', label: 'A' };
  expect(questionListSchema.safeParse([text, text]).success).toBe(false);
  const choice = { id: 'a', kind: 'choice', label: 'A', options: ['only'] };
  expect(questionListSchema.safeParse([choice]).success).toBe(false);
});
