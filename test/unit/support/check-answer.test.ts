import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ApiRoute } from '#lib/api/routes.ts';
import { answerProblems, schemaProblems } from '#test/support/api/check-answer.ts';

/** The checker of answers itself: it must fail where an answer is not what its route says. */
const schema = z.object({ id: z.string(), teams: z.array(z.object({ slug: z.string() })) });
const BODY = { id: 'a', teams: [{ slug: 'b' }] };

test('a body that its schema describes has no problem', () => {
  expect(schemaProblems(schema, BODY)).toEqual([]);
});

test.each([
  ['a field that is missing', { teams: [] }, ['id: is missing: it must be a string.']],
  ['a value of another type', { ...BODY, id: 1 }, ['id: must be a string.']],
  ['a field that the schema doesn’t name', { ...BODY, secret: 1 }, ['secret: is not named by the schema.']],
  [
    'such a field in an item of a list',
    { id: 'a', teams: [{ slug: 'b', secret: null }] },
    ['teams[0].secret: is not named by the schema.'],
  ],
  ['no JSON', undefined, ['Is missing: it must be an object.']],
])('%s is found', (_, body, problems) => {
  expect(schemaProblems(schema, body)).toEqual(problems);
});

test('a value that may have several forms is held to the one that it has', () => {
  const either = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]);
  expect(schemaProblems(either, { b: 'x' })).toEqual([]);
  expect(schemaProblems(either, { b: 'x', c: 'y' })).toEqual(['c: is not named by the schema.']);
});

describe('an answer of a route', () => {
  const route: ApiRoute = {
    method: 'POST',
    path: '/api/v1/things',
    action: 'site.visit',
    response: { status: 201, type: 'application/json', schema },
  };
  const problemsOf = (body: unknown, status: number, type: string) => {
    const text = JSON.stringify(body);
    return answerProblems(route, new Response(text, { status, headers: { 'content-type': type } }), text);
  };
  const PROBLEM = {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is no such thing.',
    code: 'NOT_FOUND',
    fields: {},
  };
  const PROBLEM_TYPE = 'application/problem+json';

  test('that is as the table says has no problem', () => {
    expect(problemsOf(BODY, 201, 'application/json; charset=utf-8')).toEqual([]);
    expect(problemsOf(PROBLEM, 404, PROBLEM_TYPE)).toEqual([]);
  });

  test.each<[string, unknown, number, string, string[]]>([
    ['another status', BODY, 200, 'application/json', ['status: 200 instead of 201']],
    ['another type', BODY, 201, 'text/html', ['content type: text/html instead of application/json']],
    [
      'another body',
      {},
      201,
      'application/json',
      ['id: is missing: it must be a string.', 'teams: is missing: it must be a list.'],
    ],
    [
      'an error of another type',
      PROBLEM,
      404,
      'application/json',
      ['content type: application/json instead of application/problem+json'],
    ],
    [
      'an error with more than a problem has',
      { ...PROBLEM, stack: 'x' },
      404,
      PROBLEM_TYPE,
      ['stack: is not named by the schema.'],
    ],
    [
      'an error whose code has another status',
      PROBLEM,
      403,
      PROBLEM_TYPE,
      ['status of the problem: 404 instead of 403', 'status of the code: 404 instead of 403'],
    ],
  ])('with %s is found', (_, body, status, type, problems) => {
    expect(problemsOf(body, status, type)).toEqual(problems);
  });

  test('that is an error in another shape is found', () => {
    const problems = problemsOf({ error: { code: 'NOT_FOUND' } }, 404, PROBLEM_TYPE);
    expect(problems).toContain('detail: is missing: it must be a string.');
  });
});
