import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { PLACEHOLDER_HEADER } from '#lib/api/pages/reader.ts';
import { problemSchema } from '#lib/api/problem.ts';
import { createHttpServer, type HttpLimits } from '#server/http-server.ts';
import { openConnection, uploadSlowly } from '#test/support/site/slow-client.ts';

const LIMITS: HttpLimits = { idleMs: 600, maxConnectionsPerAddress: 50, proxyHops: 0 };
const BODY = Buffer.alloc(3000, 'x');

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function listen(on: Server): Promise<URL> {
  server = on;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** Answers with the number of bytes that it received. */
const count: RequestListener = async (request, response) => {
  const body = await buffer(request).catch(() => null);
  if (body) response.end(String(body.length));
};

const serve = (limits: Partial<HttpLimits> = {}, handle = count) =>
  listen(createHttpServer({ ...LIMITS, ...limits }, handle));

describe('an upload', () => {
  // Ten parts with pauses of 200 ms: two seconds, more than three times the idle limit.
  const slow = { body: BODY, parts: 10, pauseMs: 200 };

  test('may take as long as it needs while data arrives', async () => {
    const { status, text, tookMs } = await uploadSlowly({ url: await serve(), ...slow });
    expect({ status, text }).toEqual({ status: 200, text: '3000' });
    expect(tookMs).toBeGreaterThan(3 * LIMITS.idleMs);
  });

  // Node may reset the connection before the client, which is still sending, has read the answer.
  test('would be cut with 408 by a server with Node’s limit on whole requests, here of 600 ms instead of 300 s', {
    retry: 9,
  }, async () => {
    const limits = { requestTimeout: 600, headersTimeout: 500, connectionsCheckingInterval: 50 };
    const { status } = await uploadSlowly({ url: await listen(createServer(limits, count)), ...slow });
    expect(status).toBe(408);
  });

  test('that stalls is ended with a problem that says so', async () => {
    const { status, text, tookMs } = await uploadSlowly({ url: await serve(), ...slow, stopsAfter: 2 });
    expect(status).toBe(400);
    const { code, detail } = problemSchema.parse(JSON.parse(text));
    expect(code).toBe('UPLOAD_INCOMPLETE');
    expect(detail).toContain('No data arrived for 0.6 s');
    expect(tookMs).toBeGreaterThan(600);
    expect(tookMs).toBeLessThan(3000);
  });

  test('that has arrived is not ended while the site works on it', async () => {
    const url = await serve({}, (request, response) => {
      request.resume();
      setTimeout(() => response.end('done'), 3 * LIMITS.idleMs);
    });
    const { status, text } = await uploadSlowly({ url, body: BODY, parts: 1, pauseMs: 0 });
    expect({ status, text }).toEqual({ status: 200, text: 'done' });
  });
});

test('an event stream stays open without events for longer than the idle limit', async () => {
  const url = await serve({}, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': first\n\n');
    setTimeout(() => response.end(': last\n\n'), 3 * LIMITS.idleMs);
  });
  expect(await (await fetch(url)).text()).toBe(': first\n\n: last\n\n');
});

test('a client that doesn’t read its response is disconnected', async () => {
  let isClosed = () => {};
  const closed = new Promise<void>((resolve) => {
    isClosed = resolve;
  });
  const url = await serve({}, (_, response) => {
    response.on('close', isClosed);
    // More than the buffers of both ends hold.
    response.write(Buffer.alloc(64 * 2 ** 20));
  });
  const { socket } = openConnection(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  await closed;
  socket.destroy();
});

test.each([
  ['that sends nothing', ''],
  ['that sends half of its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
])('a connection %s is closed', async (_, head) => {
  const { received } = openConnection(await serve(), head);
  expect(await received).toMatch(/^$|408/);
});

test('one address can have only so many connections open, and others again when some have closed', async () => {
  const url = await serve({ maxConnectionsPerAddress: 5, idleMs: 60_000 });
  const open = Array.from({ length: 5 }, () => openConnection(url));
  await expect.poll(() => connections()).toBe(5);
  const refused = await openConnection(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').received;
  expect(refused).toMatch(/^HTTP\/1\.1 429 /);
  expect(refused).toMatch(/\r\nRetry-After: \d+\r\n/);
  expect(refused).toContain('More than 5 connections from your address are open.');
  open[0]!.socket.destroy();
  await expect.poll(() => connections()).toBe(4);
  expect((await fetch(url)).status).toBe(200);
  for (const { socket } of open) socket.destroy();
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, found) => (error ? reject(error) : resolve(found)));
  });
}

test('behind a proxy, requests count for the address that it forwards', async () => {
  const waiting: (() => void)[] = [];
  const url = await serve({ maxConnectionsPerAddress: 2, proxyHops: 1 }, (_, response) => {
    waiting.push(() => response.end('done'));
  });
  const ask = (client: string) => fetch(url, { headers: { 'x-forwarded-for': `6.6.6.6, ${client}` } });
  const first = [ask('192.0.2.1'), ask('192.0.2.1')];
  await expect.poll(() => waiting.length).toBe(2);
  expect((await ask('192.0.2.1')).status).toBe(429);
  const other = ask('192.0.2.2');
  await expect.poll(() => waiting.length).toBe(3);
  for (const end of waiting) end();
  for (const answer of [...first, other]) expect((await answer).status).toBe(200);
});

test('a request for another protocol is answered like any other request', async () => {
  const headers = 'Host: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n';
  const { received } = openConnection(await serve(), `GET / HTTP/1.1\r\n${headers}\r\n`);
  expect(await received).toMatch(/^HTTP\/1\.1 200 /);
});

test('the handler gets the site’s own headers, whatever the client claims', async () => {
  const seen: unknown[] = [];
  const url = await serve({}, (request: IncomingMessage, response) => {
    seen.push(request.headers['x-heldout-remote-address'], request.headers[PLACEHOLDER_HEADER]);
    response.end();
  });
  await fetch(url, {
    headers: { 'X-Heldout-Remote-Address': '192.0.2.7', [PLACEHOLDER_HEADER]: 'reader-0-team' },
  });
  await fetch(url);
  expect(seen).toEqual(['127.0.0.1', undefined, '127.0.0.1', undefined]);
});
