import { expect, test } from 'vitest';
import type { Problem } from '#lib/api/problem.ts';
import { readAnswer } from '#lib/api/read-answer.ts';
import { ROUTES } from '#lib/api/routes.ts';

const team = { id: '01980a6e-3c2b-7d11-9f00-5a1f0e6b2c4d', slug: 'aces', name: 'Aces' };
const problem: Problem = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'There is a team with this name. Choose another.',
  code: 'CONFLICT',
  fields: {},
};
const read = (status: number, body: unknown) =>
  readAnswer(ROUTES.createTeam, status, typeof body === 'string' ? body : JSON.stringify(body));

test('a success response is parsed, without fields of a newer site', () => {
  expect(read(201, { team: { ...team, color: 'red' }, more: 1 })).toEqual({
    kind: 'success',
    body: { team },
  });
});

test('an error response is parsed as a problem', () => {
  expect(read(409, problem)).toEqual({ kind: 'problem', problem });
});

test.each([
  ['a body that doesn’t match the schema', 201, { team: { name: 'Aces' } }],
  ['a success with another status', 200, { team }],
  ['a page', 502, '<html>Bad gateway</html>'],
  ['an error in another format', 500, { error: 'broken' }],
])('%s is unknown, since it doesn’t come from a site of this version', (_, status, body) => {
  expect(read(status, body)).toEqual({ kind: 'unknown' });
});
