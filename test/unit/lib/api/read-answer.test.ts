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

test('a success is its body, without fields of a newer site', () => {
  expect(read(201, { team: { ...team, color: 'red' }, more: 1 })).toEqual({
    kind: 'success',
    body: { team },
  });
});

test('an error is its problem', () => {
  expect(read(409, problem)).toEqual({ kind: 'problem', problem });
});

test.each([
  ['another body than the schema says', 201, { team: { name: 'Aces' } }],
  ['a success of another status', 200, { team }],
  ['a page', 502, '<html>Bad gateway</html>'],
  ['an error of another shape', 500, { error: 'broken' }],
])('%s comes from no site of this version', (_, status, body) => {
  expect(read(status, body)).toEqual({ kind: 'unknown' });
});
