import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { RENDER_HEADER } from '#lib/api/pages/reader.ts';
import { joinReads } from '#server/join-reads.ts';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

type Page = (request: IncomingMessage, response: ServerResponse, rendering: number) => void | Promise<void>;

/** A site whose pages are rendered while `hold` is held, and say which rendering they are of. */
async function serve(page: Page = html) {
  const state = { renders: 0, waits: [] as (() => void)[], isOpen: false };
  const render = joinReads(async (request, response) => {
    state.renders += 1;
    const rendering = state.renders;
    if (!state.isOpen) await new Promise<void>((resolve) => state.waits.push(resolve));
    await page(request, response, rendering);
  });
  server = createServer((request, response) => {
    render(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = async (
    path = '/account',
    headers: Record<string, string> = { cookie: 'session=1' },
    init = {},
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const open = () => {
    state.isOpen = true;
    for (const go of state.waits.splice(0)) go();
  };
  /** Lets requests arrive. */
  const arrive = () => new Promise((resolve) => setTimeout(resolve, 60));
  return { get, state, open, arrive };
}

function html({ headers }: IncomingMessage, response: ServerResponse, rendering: number): void {
  response.setHeader('content-type', 'text/html');
  response.setHeader('content-security-policy', `script-src 'nonce-${'n'.repeat(22)}=='`);
  response.write(`${rendering} `);
  response.end(`<script nonce="${'n'.repeat(22)}=="></script><input value="${headers[RENDER_HEADER]}ab">`);
}

const renderingOf = ({ text }: { text: string }) => Number(text.split(' ')[0]);

test('equal requests share the rendering that starts after they asked, with nonces and keys of their own', async () => {
  const { get, state, open, arrive } = await serve();
  const first = get();
  await arrive();
  const others = Array.from({ length: 10 }, () => get());
  await arrive();
  expect(state.renders).toBe(1);
  open();
  expect(renderingOf(await first)).toBe(1);
  const answers = await Promise.all(others);
  expect(state.renders).toBe(2);
  expect(new Set(answers.map(renderingOf))).toEqual(new Set([2]));
  const keys = answers.map(({ text }) => /value="([0-9a-f]{32}ab)"/.exec(text)![1]);
  expect(new Set(keys).size).toBe(10);
  const nonces = answers.map(({ text }) => /nonce="([^"]+)"/.exec(text)![1]!);
  expect(new Set(nonces).size).toBe(10);
  for (const [index, { headers }] of answers.entries()) {
    expect(headers.get('content-security-policy')).toContain(nonces[index]!);
    expect(headers.get(RENDER_HEADER)).toBeNull();
  }
  // Nothing is kept.
  expect(renderingOf(await get())).toBe(3);
});

test('only the same session, address and headers share, and only what changes nothing', async () => {
  const { get, state, open, arrive } = await serve();
  const asks = [
    () => get(),
    () => get('/account', { cookie: 'session=2' }),
    () => get('/account?page=2'),
    () => get('/account', { cookie: 'session=1', rsc: '1' }),
    () => get('/account', { authorization: 'Bearer 1' }),
  ];
  const first = asks.map((ask) => ask());
  await arrive();
  expect(state.renders).toBe(5);
  const second = asks.map((ask) => ask());
  await arrive();
  expect(state.renders).toBe(5);
  const posts = [0, 1].map(() => get('/account', { cookie: 'session=1' }, { method: 'POST' }));
  const streams = [0, 1].map(() => get('/api/v1/submissions/1/events'));
  await arrive();
  expect(state.renders).toBe(9);
  open();
  await Promise.all([...first, ...second, ...posts, ...streams]);
  expect(state.renders).toBe(14);
});

test('compressed pages stay compressed for those who share them', async () => {
  const { get, open, arrive } = await serve((request, response, rendering) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(`${rendering} ${request.headers[RENDER_HEADER]}`));
  });
  const all = [get(), get(), get()];
  await arrive();
  open();
  const texts = (await Promise.all(all)).map(({ text }) => text);
  expect(texts.map((text) => text.split(' ')[0]).toSorted()).toEqual(['1', '2', '2']);
  expect(new Set(texts).size).toBe(3);
});

test('an answer that a later layer compresses arrives whole, whether it is shared or not', async () => {
  const text = 'a line of a page\n'.repeat(20_000);
  const { get, open, arrive } = await serve(async ({ url }, response) => {
    response.setHeader('content-type', url === '/account' ? 'text/html' : 'text/x-component');
    response.setHeader('content-encoding', 'gzip');
    // As Next's compression does: it puts functions of its own before those of the response.
    const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
    const { write, end } = response;
    response.write = ((chunk: string) => gzip.write(chunk)) as typeof write;
    response.end = (() => gzip.end()) as unknown as typeof end;
    gzip.on('data', (chunk: Buffer) => write.call(response, chunk, 'utf8'));
    gzip.on('end', () => end.call(response, undefined, 'utf8'));
    for (let at = 0; at < text.length; at += 50_000) {
      response.write(text.slice(at, at + 50_000));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  });
  const all = ['/account', '/other'].flatMap((path) => [get(path), get(path), get(path)]);
  await arrive();
  open();
  for (const answer of await Promise.all(all)) expect(answer.text === text).toBe(true);
});

test('what can’t be shared is rendered for each: cookies, redirects, files, large answers, failures', async () => {
  const pages: Page[] = [
    (_, response) =>
      response.setHeader('set-cookie', 'a=b').setHeader('content-type', 'text/html').end('x') && undefined,
    (_, response) => void response.writeHead(307, { location: '/' }).end(),
    (_, response) => void response.setHeader('content-type', 'application/zip').end('x'),
    (_, response) => void response.setHeader('content-type', 'text/html').end('x'.repeat(2 ** 21 + 1)),
    () => Promise.reject(new Error('failed')),
  ];
  for (const page of pages) {
    const { get, state, open, arrive } = await serve(page);
    const all = [1, 2, 3, 4].map(() => get('/account', { cookie: 'session=1' }, { redirect: 'manual' }));
    await arrive();
    open();
    const ended = await Promise.allSettled(all);
    expect(state.renders).toBe(4);
    expect(new Set(ended.map(({ status }) => status)).size).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  }
  await serve();
});

test('when the first one leaves, the others are still answered', async () => {
  const { get, open, arrive } = await serve();
  const leaving = new AbortController();
  const first = get('/account', { cookie: 'session=1' }, { signal: leaving.signal });
  await arrive();
  const second = get('/account', { cookie: 'session=1' }, { signal: leaving.signal });
  await arrive();
  const others = [get(), get()];
  await arrive();
  leaving.abort();
  await expect(first).rejects.toThrow();
  await expect(second).rejects.toThrow();
  open();
  for (const answer of await Promise.all(others)) expect(answer.status).toBe(200);
});
