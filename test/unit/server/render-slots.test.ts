import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { limitRenders } from '#server/render-slots.ts';

const request = (url: string, method = 'GET') => ({ url, method }) as IncomingMessage;
const response = (destroyed = false) => ({ destroyed }) as ServerResponse;

/** Counts the renders at the same time; each takes a few turns of the event loop. */
function counting() {
  const seen = { now: 0, most: 0, order: [] as string[] };
  const render = async ({ url }: IncomingMessage) => {
    seen.order.push(url!);
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.now -= 1;
    if (url === '/fails') throw new Error('failed');
  };
  return { seen, render };
}

test('pages wait in their order, and one that fails makes room for the next', async () => {
  const { seen, render } = counting();
  const limited = limitRenders(render, { max: 2, slotMs: 60_000 });
  const paths = ['/a', '/fails', '/c', '/d', '/e'];
  const results = await Promise.allSettled(paths.map((path) => limited(request(path), response())));
  expect(seen.most).toBe(2);
  expect(seen.order).toEqual(paths);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});

test('a page that is read slowly gives its slot to the next one', async () => {
  let finish = () => {};
  const started: string[] = [];
  const limited = limitRenders(
    ({ url }) => {
      started.push(url!);
      return url === '/slow' ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve();
    },
    { max: 1, slotMs: 20 },
  );
  const slow = limited(request('/slow'), response());
  await limited(request('/next'), response());
  expect(started).toEqual(['/slow', '/next']);
  finish();
  await slow;
});

test('uploads, event streams and files never wait, and nothing is rendered for whoever has left', async () => {
  const { seen, render } = counting();
  const limited = limitRenders(render, { max: 1, slotMs: 60_000 });
  await Promise.all([
    limited(request('/page'), response()),
    limited(request('/api/v1/submissions/1/events'), response()),
    limited(request('/api/v1/submissions/1/events?x=1'), response()),
    limited(request('/api/v1/images', 'POST'), response()),
    limited(request('/api/auth/csrf'), response()),
    limited(request('/_next/static/x.js'), response()),
    limited(request('/left'), response(true)),
  ]);
  expect(seen.most).toBe(6);
  expect(seen.order).not.toContain('/left');
});

test('reads of the API wait for each other in their order, and not for pages', async () => {
  const { seen, render } = counting();
  const limited = limitRenders(render, { max: 1, slotMs: 60_000 });
  const paths = ['/api/v1/images?team=a', '/api/v1/submissions/1', '/api/v1/challenges'];
  await Promise.all(paths.map((path) => limited(request(path), response())));
  expect(seen).toMatchObject({ most: 1, order: paths });
  await Promise.all(['/page', '/api/v1/challenges'].map((path) => limited(request(path), response())));
  expect(seen.most).toBe(2);
});
