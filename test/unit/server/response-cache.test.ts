import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { PLACEHOLDER_HEADER, type Reader } from '#lib/api/pages/reader.ts';
import type { Render } from '#server/answer.ts';
import { cachePublicAnswers } from '#server/public-cache/public-cache.ts';
import { asksForSharedPage, publicKey } from '#server/public-cache/public-requests.ts';
import { ResponseCache } from '#server/public-cache/response-cache.ts';

const THEME = /^theme=(light|dark)$/;

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A site whose pages say how often they were rendered, and for whom. */
async function serve({ render, maxBytes = 1e6 }: { render: Render; maxBytes?: number }) {
  const state = { version: '1' };
  const cache = new ResponseCache({ maxBytes, version: () => state.version });
  server = createServer((request, response) => {
    const key = publicKey(request, THEME);
    void (key ? cache.respond(key, request, response, render) : render(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { get, state };
}

function counting(): { render: Render; count: () => number } {
  let renders = 0;
  const render: Render = async (request, response) => {
    renders += 1;
    response.setHeader('content-type', 'text/html');
    const { cookie = '', authorization = '', 'user-agent': agent = '' } = request.headers;
    response.write(`${renders} [${cookie}] [${authorization}] `);
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.end(`[${agent}] [${request.headers['x-forwarded-host'] ?? ''}]`);
  };
  return { render, count: () => renders };
}

test('a page is rendered once until the version changes, also for those who ask meanwhile', async () => {
  const { render, count } = counting();
  const { get, state } = await serve({ render });
  const answers = await Promise.all(Array.from({ length: 20 }, () => get('/')));
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['1 [] [] [] []']));
  expect(answers.every(({ headers }) => headers.get('content-type') === 'text/html')).toBe(true);
  expect((await get('/')).text).toBe('1 [] [] [] []');
  state.version = '2';
  expect((await get('/')).text).toBe('2 [] [] [] []');
  expect(count()).toBe(2);
});

test('what a visitor gets doesn’t depend on who asked before', async () => {
  const { get } = await serve(counting());
  const forged = { 'user-agent': 'Evil', 'x-forwarded-host': 'evil.example' };
  expect((await get('/', forged)).text).toBe('1 [] [] [] []');
  expect((await get('/', { cookie: 'theme=dark' })).text).toBe('2 [theme=dark] [] [] []');
  for (const who of [
    { cookie: 'session=1' },
    { cookie: 'theme=dark; session=1' },
    { cookie: 'theme=x' },
    { authorization: 'Bearer 1' },
  ]) {
    expect((await get('/', who)).text).toContain('[node]');
  }
  expect((await get('/')).text).toBe('1 [] [] [] []');
  expect((await get('/', { cookie: 'theme=dark' })).text).toBe('2 [theme=dark] [] [] []');
});

test.each([
  ['another status than 200', (response: { statusCode: number }) => (response.statusCode = 404)],
  [
    'a cookie',
    (response: { setHeader: (name: string, value: string) => void }) =>
      response.setHeader('set-cookie', 'a=1'),
  ],
])('an answer with %s isn’t kept', async (_, change) => {
  let renders = 0;
  const { get } = await serve({
    render: async (_request, response) => {
      renders += 1;
      change(response);
      response.end('x');
    },
  });
  await get('/');
  await get('/');
  expect(renders).toBe(2);
});

test('a page that failed while it was rendered is rendered again for the next visitor', async () => {
  let renders = 0;
  const { get } = await serve({
    render: async (_request, response) => {
      renders += 1;
      response.write('half');
      if (renders === 1) response.destroy();
      else response.end(' and half');
    },
  });
  await expect(get('/')).rejects.toThrow();
  expect((await get('/')).text).toBe('half and half');
});

test('of more bytes than it may keep, the least recently used pages are dropped', async () => {
  const { render, count } = counting();
  const { get } = await serve({ render, maxBytes: 50 });
  for (const path of ['/?a', '/?b', '/?a', '/?c', '/?d', '/?e', '/?f', '/?g']) await get(path);
  const before = count();
  await get('/?g');
  expect(count()).toBe(before);
  await get('/?a');
  expect(count()).toBe(before + 1);
});

test.each([
  ['/', true],
  ['/challenges/stroke', true],
  ['/challenges/stroke/leaderboard?phase=test&sort=-dice', true],
  ['/api/v1/challenges/stroke/phases/test/leaderboard.csv', true],
  ['/challenges/stroke/submit', false],
  ['/organize/stroke', false],
  ['/submissions/1', true],
  ['/submissions/1/edit', false],
  ['/sign-in?next=%2F', true],
  ['/sign-up', false],
  ['/account', false],
  ['/api/v1/submissions/1', true],
  ['/api/v1/submissions/1/events', false],
  ['/api/v1/submissions', false],
])('%s is public: %s', (url, isPublic) => {
  expect(publicKey({ method: 'GET', url, headers: {} }, THEME) !== null).toBe(isPublic);
  expect(publicKey({ method: 'POST', url, headers: {} }, THEME)).toBeNull();
  expect(publicKey({ method: 'GET', url, headers: { rsc: '1' } }, THEME)).toBeNull();
});

/** A site with two members, whose pages show everything that Next would know of their reader. */
async function serveMembers({ render, count }: { render: Render; count: () => number }) {
  const members: Record<string, Reader> = {
    'session=ada': { name: 'Ada', team: { slug: 'red', name: 'Red' }, teams: ['red'], unread: '' },
    'session=bob': { name: 'Bob', team: { slug: 'blue', name: 'Blue' }, teams: ['blue'], unread: '' },
    'session=eve': { name: 'Eve', team: null, teams: [], unread: '' },
  };
  const handle = cachePublicAnswers({
    notifications: { watchPublic: () => () => undefined },
    findReader: async (cookies) => members[cookies.split('; ').at(-1)!] ?? null,
    render,
  });
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  return { get, count };
}

function named(): { render: Render; count: () => number } {
  let renders = 0;
  const render: Render = async (request: IncomingMessage, response) => {
    renders += 1;
    const { [PLACEHOLDER_HEADER]: placeholder, cookie = '', ...headers } = request.headers;
    delete headers.host;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.write(`[${cookie}] [${Object.keys(headers)}] `);
    await new Promise((resolve) => setTimeout(resolve, 20));
    response.end(placeholder ? `${placeholder}:name ${placeholder}` : 'visitor');
  };
  return { render, count: () => renders };
}

test('members get one rendered page with their own names, and nothing of each other', async () => {
  const { get, count } = await serveMembers(named());
  const who = ['ada', 'bob', 'ada', 'bob', 'bob', 'ada'];
  const pages = await Promise.all(who.map((name) => get('/', { cookie: `session=${name}` })));
  expect(count()).toBe(1);
  for (const [index, name] of who.entries()) {
    const [other, Name] = name === 'ada' ? ['Bob', 'Ada'] : ['Ada', 'Bob'];
    expect(pages[index]).toContain(`[] [] ${Name} %7B%22name%22%3A%22${Name}%22`);
    expect(pages[index]).not.toContain(other);
    expect(pages[index]).not.toContain('reader-');
  }
  // Someone without a team has another frame.
  expect(await get('/', { cookie: 'session=eve' })).toContain('Eve');
  expect(count()).toBe(2);
  // What is kept for members is never sent to a visitor, nor to someone whose session has ended.
  expect(await get('/', {})).toMatch(/visitor$/);
  expect(await get('/', { cookie: 'session=gone' })).toMatch(/^\[session=gone\].*visitor$/);
});

test('a page for members is rendered without their cookies and headers, but with the theme', async () => {
  const { get } = await serveMembers(named());
  const cookie = 'heldout-theme=dark; device=1; session=ada';
  const page = await get('/', { cookie, 'user-agent': 'Evil', 'accept-encoding': 'gzip' });
  expect(page).toMatch(/^\[heldout-theme=dark\] \[\] Ada /);
  // The second answer comes from memory, and is compressed.
  expect(await get('/', { cookie, 'accept-encoding': 'gzip' })).toBe(page);
});

test.each([
  ['/', true],
  ['/challenges/stroke', true],
  ['/challenges/stroke/evaluation', true],
  ['/challenges/stroke/leaderboard?phase=test', true],
  ['/challenges/stroke/submit', false],
  ['/challenges/stroke/submissions', false],
  ['/submissions/1', false],
  ['/account', false],
  ['/sign-in', false],
  ['/organize/stroke', false],
  ['/api/v1/challenges/stroke', false],
])('%s is shared by members: %s', (url, isShared) => {
  expect(asksForSharedPage({ method: 'GET', url, headers: {} })).toBe(isShared);
  expect(asksForSharedPage({ method: 'POST', url, headers: {} })).toBe(false);
  expect(asksForSharedPage({ method: 'GET', url, headers: { authorization: 'Bearer 1' } })).toBe(false);
  expect(asksForSharedPage({ method: 'GET', url, headers: { rsc: '1' } })).toBe(false);
});
