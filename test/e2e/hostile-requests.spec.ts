import { once } from 'node:events';
import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from '@playwright/test';
import { PROBLEM_TYPE } from '#lib/api/problem.ts';
import { at, newPerson, signUp } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';

interface Answer {
  status: number;
  type: string;
  location: string;
  cookies: string[];
  body: string;
}

/** As a program that follows no rule of browsers. */
async function ask(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(served().url);
  const sent = send({ hostname, port, method, path, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return {
    status: response.statusCode,
    type: response.headers['content-type'] ?? '',
    location: response.headers['location'] ?? '',
    cookies: response.headers['set-cookie'] ?? [],
    body: await text(response),
  };
}

/** No server error, and no way to another site. */
function expectHarmless(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.body.slice(0, 200)}`).toBeLessThan(500);
  if (answer.location) expect(new URL(answer.location, served().url).origin, what).toBe(served().url);
}

const LONG = 'x'.repeat(6000);
const CALLBACKS = [
  'nonsense',
  'https://elsewhere.example/',
  '//elsewhere.example',
  'http://[',
  'javascript:alert(1)',
  '\u0416',
  '\r\nx: y',
  '\0',
  LONG,
  '',
];

test('sign-in addresses answer garbage without a server error and never lead to another site', async () => {
  const actions = [
    'callback',
    'callback/credentials',
    'callback/github',
    'signin',
    'signin/credentials',
    'signout',
  ];
  actions.push(
    'session',
    'csrf',
    'providers',
    'error',
    'verify-request',
    '_log',
    'a/b/c',
    '__proto__',
    '%00',
  );
  for (const action of actions) {
    for (const callback of CALLBACKS) {
      const query = `callbackUrl=${encodeURIComponent(callback)}`;
      for (const suffix of [`?${query}`, `?${query}&${query}`, `?error=${encodeURIComponent(callback)}`]) {
        const path = `/api/auth/${action}${suffix}`;
        expectHarmless(await ask('GET', path), `GET ${path.slice(0, 200)}`);
      }
      const name = 'heldout.callback';
      const cookie = `${name}=${encodeURIComponent(callback)}; heldout.csrf=${encodeURIComponent(callback)}`;
      const answer = await ask('GET', `/api/auth/${action}`, { headers: { cookie } });
      expectHarmless(answer, `${action} with a cookie ${callback.slice(0, 100)}`);
    }
  }
});

test('sign-in addresses refuse bodies that are no form of a browser', async () => {
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const bodies: [Record<string, string>, string][] = [
    [json, '{'],
    [json, 'null'],
    [json, '[]'],
    [json, '"text"'],
    [json, '{"callbackUrl":["x"]}'],
    [json, '{"csrfToken":{"a":1},"email":["x"],"password":1}'],
    [json, '{"level":"constructor","code":"x"}'],
    [json, JSON.stringify({ email: LONG })],
    [json, `{"a":"${'x'.repeat(2 ** 20)}"}`],
    [form, 'callbackUrl=nonsense&csrfToken=x'],
    [form, 'email=a&email=b&password[]=c&csrfToken=%ff%fe'],
    [form, `email=${'x'.repeat(2 ** 20)}`],
    [{ 'content-type': 'text/plain' }, 'email=x'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n'],
    [{}, ''],
  ];
  for (const action of [
    'callback/credentials',
    'signin/credentials',
    'signin',
    'signout',
    'session',
    '_log',
  ]) {
    for (const [headers, body] of bodies) {
      const what = `POST ${action} ${body.slice(0, 60)}`;
      expectHarmless(await ask('POST', `/api/auth/${action}`, { headers, body }), what);
    }
  }
});

test('programs get a problem for an unknown sign-in address and for a method that it does not take', async () => {
  for (const [method, path, status] of [
    ['GET', '/api/auth/callback?callbackUrl=nonsense', 404],
    ['GET', '/api/auth/callback/credentials', 405],
    ['PUT', '/api/auth/session', 405],
    ['DELETE', '/api/auth/csrf', 405],
    ['POST', '/api/auth/_log', 404],
    ['POST', '/api/auth/csrf', 405],
  ] as const) {
    const answer = await ask(method, path);
    expect(answer, `${method} ${path}`).toMatchObject({ status, type: PROBLEM_TYPE });
  }
});

test('a program can sign in and out with the sign-in addresses, and its session ends with the sign-out', async ({
  page,
}) => {
  const person = newPerson();
  await signUp(page, person);
  const jar = new Map<string, string>();
  const call = async (method: string, path: string, fields?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = fields ? new URLSearchParams(fields).toString() : undefined;
    const answer = await ask(method, path, {
      // As browsers do, and as whoever has cookies must.
      headers: { cookie, ...(body === undefined ? {} : { ...type, origin: served().url }) },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
  // A broken cookie of the browser is replaced instead of ending every request.
  jar.set('heldout.callback', 'nonsense');
  const { csrfToken } = JSON.parse((await call('GET', '/api/auth/csrf')).body);
  const credentials = { csrfToken, email: person.email, password: person.password };
  const wrong = await call('POST', '/api/auth/callback/credentials', { ...credentials, password: 'wrong' });
  expect(wrong.location).toContain('error=CredentialsSignin');
  const shown = await call('GET', wrong.location.replace(served().url, ''));
  expect(shown.location).toBe(at('/sign-in?error=CredentialsSignin'));
  expect(jar.has('heldout.session')).toBe(false);

  const signedIn = await call('POST', '/api/auth/callback/credentials', {
    ...credentials,
    callbackUrl: '/account',
  });
  expect(signedIn).toMatchObject({ status: 302, location: at('/account') });
  expect(jar.get('heldout.device')).toMatch(/^[0-9a-f-]{36}\./);
  expect((await call('GET', '/account')).status).toBe(200);
  const session = JSON.parse((await call('GET', '/api/auth/session')).body);
  expect(Date.parse(session.expires)).toBeGreaterThan(Date.now());
  expect((await call('GET', '/account')).status).toBe(200);

  const old = jar.get('heldout.session') ?? '';
  const out = await call('POST', '/api/auth/signout', { csrfToken });
  expect(out.status).toBe(302);
  jar.set('heldout.session', old);
  expect((await call('GET', '/account')).status).toBe(307);
  expect((await call('GET', '/api/auth/session')).body).toBe('{}');
});

test('a parameter that is there twice breaks no page', async () => {
  for (const path of ['/sign-in?next=/a&next=/b&error=x&error=y', '/sign-up?next=/a&next=/b']) {
    expect((await ask('GET', path)).status, path).toBe(200);
  }
});

test('no address answers a method that it does not have with success', async () => {
  const paths = [
    '/',
    '/sign-in',
    '/healthz',
    '/no/such/page',
    '/icon.svg',
    '/api',
    '/api/v1/teams',
    '/api/auth/csrf',
  ];
  for (const path of paths) {
    for (const method of ['TRACE', 'PROPFIND', 'PURGE', 'LINK']) {
      expect((await ask(method, path)).status, `${method} ${path}`).toBe(405);
    }
  }
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    expect((await ask(method, '/sign-in')).status, method).toBe(405);
  }
});
