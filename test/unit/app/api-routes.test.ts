import { describe, expect, test } from 'vitest';
import { problemSchema } from '#lib/api/problem.ts';
import { type Method, ROUTES, routeAddress } from '#lib/api/routes.ts';
import { problemProblems } from '#test/support/api/check-answer.ts';
import { loadRoute, routePaths } from '#test/support/api/route-modules.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const address = 'https://heldout.example.org/api/v1/somewhere';
const context = { params: Promise.resolve({}) };

function methodsOf(path: string): Method[] {
  return Object.values(ROUTES).flatMap((route): Method[] => (route.path === path ? [route.method] : []));
}

test('every address of the API is in the table, and every one of the table has its file', () => {
  expect([...new Set(Object.values(ROUTES).map(({ path }) => path))].sort()).toEqual(routePaths());
});

test('no method of an address is in the table twice', () => {
  const entries = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(entries).size).toBe(entries.length);
});

describe.each(routePaths())('%s', (path) => {
  test('has a handler for each of its methods', async () => {
    const route = await loadRoute(path);
    for (const method of methodsOf(path)) expect(route[method], method).toBeTypeOf('function');
  });

  test('refuses every method that the table doesn’t name, and says which it takes', async () => {
    const route = await loadRoute(path);
    const taken = methodsOf(path);
    for (const method of METHODS.filter((one) => !taken.some((known) => known === one))) {
      const handler = route[method];
      expect(handler, method).toBeTypeOf('function');
      const answer = await handler!(new Request(address, { method }), context);
      expect(problemProblems(answer.clone(), await answer.text()), method).toEqual([]);
      expect(answer.status, method).toBe(405);
      expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(taken));
    }
  });

  test('answers OPTIONS with the methods that it takes', async () => {
    const { OPTIONS } = await loadRoute(path);
    const answer = await OPTIONS!(new Request(address, { method: 'OPTIONS' }), context);
    const head = methodsOf(path).includes('GET') ? ['HEAD'] : [];
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')?.split(', ')).toEqual([...methodsOf(path), ...head, 'OPTIONS']);
  });
});

test.each([...METHODS, 'OPTIONS'] as const)(
  'an unknown address answers %s with a problem',
  async (method) => {
    const handler = (await loadRoute('/api/[[...unknown]]'))[method];
    const answer = await handler!(new Request(address, { method }), context);
    const text = await answer.text();
    expect(problemProblems(answer, text)).toEqual([]);
    expect(answer.status).toBe(404);
    expect(problemSchema.parse(JSON.parse(text))).toMatchObject({
      code: 'NOT_FOUND',
      detail: 'The API has no address /api/v1/somewhere. Check the path.',
    });
  },
);

test('an address has its parameters and its query encoded', () => {
  expect(routeAddress(ROUTES.readLeaderboard, { slug: 'a/b', phase: 'ü' })).toBe(
    '/api/v1/challenges/a%2Fb/phases/%C3%BC/leaderboard',
  );
  expect(routeAddress(ROUTES.listImages, {}, { team: 'a&b' })).toBe('/api/v1/images?team=a%26b');
});
