import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UploadError, uploadSet } from '#browser/seal/upload-set.ts';

const BYTES = randomBytes(40 * 2 ** 20);
const sha256 = createHash('sha256').update(BYTES).digest('hex');

let server: Server;
let received: Buffer;
let requests: string[];
/** Ends the connection of the request with this number, after the site has done its work. */
let lost: number[];
let refusal: object | null;
beforeEach(async () => {
  [received, requests, lost, refusal] = [Buffer.alloc(0), [], [], null];
  server = createServer(async (request, response) => {
    const number = requests.push(
      `${request.method} ${new URL(request.url!, 'http://x').searchParams.get('at')}`,
    );
    const body = await answerTo(request);
    if (lost.includes(number)) {
      request.socket.destroy();
      return;
    }
    const status = refusal ? 409 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(refusal ?? body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answerTo(request: IncomingMessage): Promise<unknown> {
  const query = new URL(request.url!, 'http://x').searchParams;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // As the site: a part that it has is not stored again.
  if (request.method === 'PUT' && Number(query.get('at')) === received.length)
    received = Buffer.concat([received, ...chunks]);
  if (request.method === 'POST') {
    return { testSet: { id: crypto.randomUUID(), caseCount: 1, bytes: received.length, sha256 } };
  }
  const state = { sha256: query.get('sha256'), bytes: BYTES.length, received: received.length };
  return { upload: received.length > 0 ? state : null };
}

function upload(signal = new AbortController().signal, onProgress: (sent: number) => void = () => undefined) {
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/upload`;
  return uploadSet({ address, file: new Blob([BYTES]), sha256, signal, onProgress, waitsMs: [1, 1] });
}

test('sends the parts in order, and again only what was not confirmed', async () => {
  // The answer to the first part, and that to the import.
  lost = [2, 6];
  expect(await upload()).toMatchObject({ bytes: BYTES.length, sha256 });
  expect(received.equals(BYTES)).toBe(true);
  const part = 16 * 2 ** 20;
  expect(requests).toEqual([
    'GET null',
    'PUT 0',
    'PUT 0',
    `PUT ${part}`,
    `PUT ${2 * part}`,
    'POST null',
    'POST null',
  ]);
});

test('continues where it was stopped', async () => {
  const stop = new AbortController();
  const reason = new Error('paused');
  const run = upload(stop.signal, (sent) => {
    if (sent > 0) stop.abort(reason);
  });
  await expect(run).rejects.toBe(reason);
  expect(received.length).toBe(16 * 2 ** 20);
  requests.length = 0;
  await upload();
  expect(requests[1]).toBe(`PUT ${16 * 2 ** 20}`);
  expect(received.equals(BYTES)).toBe(true);
});

test('says why the site refuses, and what to do when it can’t be reached', async () => {
  refusal = {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'Teams have submitted.',
    code: 'CONFLICT',
    fields: {},
  };
  await expect(upload()).rejects.toThrow(new UploadError('Teams have submitted.'));
  refusal = null;
  requests.length = 0;
  lost = [2, 3, 4];
  await expect(upload()).rejects.toThrow('continue the upload when you are online');
});
