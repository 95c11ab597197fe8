import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { RENDER_HEADER } from '#lib/api/pages/reader.ts';
import { compressAnswer, type Render, sendAnswer, writtenBytes } from './answer.ts';
import { type CutPage, copyPage, cutPage, sourceOf } from './cut-page.ts';
import { isSharedRead } from './public-cache/public-requests.ts';
import { newNonce, nonceOf, withNonce } from './security/pin-scripts.ts';

/** Larger answers are rendered for each request, and never lie in memory as a whole. */
const MAX_BYTES = 2 * 2 ** 20;
const SHARED_TYPES = /^(text\/html|application\/json|text\/csv)\b/;
/** Of the connection, not of what is asked. */
const OF_CONNECTION: readonly string[] = ['connection', 'keep-alive'];

/** One rendering, for all requests that wait for it when it starts. */
interface Round {
  /** Whether its request is rendered, and no longer waits for the round before. */
  starts: PromiseWithResolvers<void>;
  /** What the others get too; null if they can't. */
  answer: PromiseWithResolvers<Shared | null>;
}

/** An answer, cut where its copies differ. */
interface Shared {
  headers: OutgoingHttpHeaders;
  page: CutPage;
  /** What its form keys begin with. */
  seed: string;
  isCompressed: boolean;
}

/**
 * Renders a page once for equal requests that arrive while it is rendered for the first of them: the same address, asked
 * by the same session from the same place with the same headers. The first one is answered alone; those that arrive
 * meanwhile wait for it and share the next rendering, so that nobody gets what was read before they asked. Each gets a
 * nonce and form keys of their own. Nothing is kept.
 */
export function joinReads(render: Render): Render {
  const running = new Map<string, Round>();
  const next = new Map<string, Round>();
  return async (request, response) => {
    const key = keyOf(request);
    if (key === null) return render(request, response);
    let round = running.get(key) ? next.get(key) : undefined;
    if (round) {
      const answer = await round.answer.promise;
      if (response.destroyed) return;
      return answer ? sendCopy(answer, response) : render(request, response);
    }
    round = { starts: Promise.withResolvers(), answer: Promise.withResolvers() };
    if (running.has(key)) {
      next.set(key, round);
      await round.starts.promise;
    } else running.set(key, round);
    try {
      if (!response.destroyed) await lead(request, response, render, round);
    } finally {
      round.answer.resolve(null);
      const following = next.get(key);
      next.delete(key);
      if (following) running.set(key, following);
      else running.delete(key);
      following?.starts.resolve();
    }
  };
}

/** What an answer may depend on; null if the request may change something, or its answer be large or endless. */
function keyOf({ method, url, headers }: IncomingMessage): string | null {
  if (method !== 'GET' || !isSharedRead(url ?? '')) return null;
  const asked = Object.entries(headers).filter(([name]) => !OF_CONNECTION.includes(name));
  return JSON.stringify([url, asked.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Renders for the first request of a round, and gives the others a copy when it is complete. */
async function lead(
  request: IncomingMessage,
  response: ServerResponse,
  render: Render,
  { answer }: Round,
): Promise<void> {
  const seed = randomBytes(16).toString('hex');
  request.headers[RENDER_HEADER] = seed;
  copyWrites(response, (body) => {
    answer.resolve(body && isShareable(response) ? share(response.getHeaders(), body, seed) : null);
  });
  await render(request, response);
}

function share(headers: OutgoingHttpHeaders, body: Buffer, seed: string): Shared {
  const isCompressed = headers['content-encoding'] === 'gzip';
  const html = (isCompressed ? gunzipSync(body) : body).toString();
  const nonce = nonceOf(headers);
  const own = nonce === null ? seed : `${seed}|${sourceOf(nonce)}`;
  return { headers, page: cutPage(html, own), seed, isCompressed };
}

function isShareable(response: ServerResponse): boolean {
  const encoding = response.getHeader('content-encoding');
  return (
    response.statusCode === 200 &&
    !response.hasHeader('set-cookie') &&
    SHARED_TYPES.test(String(response.getHeader('content-type'))) &&
    (encoding === undefined || encoding === 'gzip')
  );
}

/**
 * Calls `complete` with everything that was written when it has been, or with null as soon as it can't be shared. The
 * functions stay replaced, because Next's compression has put its own before them by then.
 */
function copyWrites(response: ServerResponse, complete: (body: Buffer | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isCopied = true;
  const { write, end } = response;
  const copy = (chunk: unknown, encoding: unknown) => {
    const written = isCopied ? writtenBytes(chunk, encoding) : null;
    if (written === null) return;
    chunks.push(written);
    bytes += written.byteLength;
    if (bytes <= MAX_BYTES && isShareable(response)) return;
    isCopied = false;
    chunks.length = 0;
    complete(null);
  };
  response.write = ((...args: Parameters<typeof write>) => {
    copy(args[0], args[1]);
    const isTaken = write.apply(response, args);
    // Who reads slowly doesn't hold up the others: the rest of the page waits in memory, which is at most MAX_BYTES.
    return isTaken || isCopied;
  }) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => {
    copy(args[0], args[1]);
    if (isCopied) complete(Buffer.concat(chunks));
    isCopied = false;
    return end.apply(response, args);
  }) as typeof end;
}

/** Sends a copy with a nonce and form keys of its own: keys begin with RENDER_HEADER of their page (app/form-key.ts). */
async function sendCopy(
  { headers, page, seed, isCompressed }: Shared,
  response: ServerResponse,
): Promise<void> {
  const rendered = nonceOf(headers);
  const nonce = newNonce();
  const ownSeed = randomBytes(16).toString('hex');
  const own = {
    headers: rendered === null ? headers : withNonce(headers, nonce),
    body: copyPage(page, (text) => (text === seed ? ownSeed : nonce)),
  };
  sendAnswer(response, isCompressed ? await compressAnswer(own) : own);
}
