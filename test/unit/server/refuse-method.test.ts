import { once } from 'node:events';
import { createServer, METHODS, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROBLEM_TYPE, problemSchema } from '#lib/api/problem.ts';
import { refuseMethod } from '#server/refuse-method.ts';

let server: Server;
beforeAll(async () => {
  server = createServer((incoming, response) => {
    if (!refuseMethod(incoming, response)) response.end('answered by the site');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

async function ask(method: string, path: string, body?: string) {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method, path, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

const OF_PAGES = ['GET', 'HEAD', 'POST'];
const OF_THE_API = [...OF_PAGES, 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

test.each([
  ['/', OF_PAGES],
  ['/challenges/x?phase=y', OF_PAGES],
  ['/healthz', OF_PAGES],
  ['/apiary', OF_PAGES],
  ['/api', OF_THE_API],
  ['/api?x=1', OF_THE_API],
  ['/api/v1/teams', OF_THE_API],
  ['/api/auth/csrf', OF_THE_API],
])('of all methods that Node can read, %s takes only its own', async (path, allowed) => {
  // Node hands CONNECT to another event, and closes the connection if nobody listens to it.
  for (const method of METHODS.filter((name) => name !== 'CONNECT')) {
    const { status, headers } = await ask(method, path);
    expect(status, `${method} ${path}`).toBe(allowed.includes(method) ? 200 : 405);
    if (status === 405) expect(headers['allow']).toBe(allowed.join(', '));
  }
});

test('programs get a problem, and no part of the request is sent back', async () => {
  const answer = await ask('TRACE', '/api/v1/teams');
  expect(answer.headers['content-type']).toBe(PROBLEM_TYPE);
  expect(problemSchema.parse(JSON.parse(answer.text))).toMatchObject({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
  });
  expect((await ask('PUT', '/teams/new', 'a secret')).text).toBe('This address takes no PUT requests.\n');
});
