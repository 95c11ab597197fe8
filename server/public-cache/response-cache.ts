import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Render, sendAnswer, writtenBytes } from '#server/answer.ts';
import { pinScripts } from '#server/security/pin-scripts.ts';

/**
 * Answers of public pages, kept by their address until something that visitors see changes. It works on the
 * bytes that the server sends, so that a cached page costs no rendering. An answer is sent when it is complete.
 *
 * An answer can't depend on who asked for it: before it is rendered, the request loses every header that isn't
 * part of the key. An answer that sets a cookie, or that isn't 200, is passed on and not kept.
 */
export interface ResponseCacheOptions {
  /** Sum of the bodies; the least recently used ones are dropped first. */
  maxBytes: number;
  /** Changes whenever an answer may change. */
  version: () => string;
}

/** What an answer may depend on. */
export interface CacheKey {
  /** Path and query. */
  url: string;
  /** The only headers that are passed on. */
  headers: Readonly<Record<string, string>>;
}

/** Makes the answer for one reader of the one that is kept for all. Without `isUnsent`, its headers have been sent already. */
type Fill = (answer: Answer, isUnsent: boolean) => Promise<Answer>;

interface Kept extends Answer {
  version: string;
}

export class ResponseCache {
  readonly #options: ResponseCacheOptions;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  readonly #pending = new Map<string, Promise<Kept | null>>();
  #bytes = 0;

  constructor(options: ResponseCacheOptions) {
    this.#options = options;
  }

  /** Sends the kept answer, or renders it once for all who wait for it. What `fill` makes of it is not kept. */
  async respond(
    key: CacheKey,
    request: IncomingMessage,
    response: ServerResponse,
    render: Render,
    fill?: Fill,
  ): Promise<void> {
    const version = this.#options.version();
    const id = JSON.stringify([key.url, key.headers]);
    const kept = this.#get(id, version) ?? (await this.#pending.get(`${version} ${id}`));
    if (kept) return sendAnswer(response, fill ? await fill(kept, true) : kept);
    const { promise, resolve } = Promise.withResolvers<Kept | null>();
    this.#pending.set(`${version} ${id}`, promise);
    const { host } = request.headers;
    request.headers = { ...(host !== undefined && { host }), ...key.headers };
    holdBack(response, async (body) => {
      const headers = response.getHeaders();
      // A copy for one reader gets a nonce of its own instead.
      const answer = { version, headers: fill ? headers : pinScripts(headers, body), body };
      const mayKeep = response.statusCode === 200 && !response.hasHeader('set-cookie') && !response.destroyed;
      if (mayKeep) this.#keep(id, answer);
      resolve(mayKeep ? answer : null);
      // Next’s compression has written the headers by now, even where it compresses nothing.
      sendAnswer(response, fill ? await fill(answer, !response.headersSent) : answer);
    });
    try {
      await render(request, response);
    } finally {
      // Nothing happens here unless the rendering failed or its reader has gone.
      resolve(null);
      this.#pending.delete(`${version} ${id}`);
    }
  }

  #get(id: string, version: string): Kept | undefined {
    const kept = this.#kept.get(id);
    if (!kept) return undefined;
    if (kept.version !== version) {
      this.#drop(id, kept);
      return undefined;
    }
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    return kept;
  }

  #keep(id: string, kept: Kept): void {
    const before = this.#kept.get(id);
    if (before) this.#drop(id, before);
    this.#kept.set(id, kept);
    this.#bytes += kept.body.byteLength;
    for (const [oldest, entry] of this.#kept) {
      if (this.#bytes <= this.#options.maxBytes) break;
      this.#drop(oldest, entry);
    }
  }

  #drop(id: string, { body }: Kept): void {
    this.#kept.delete(id);
    this.#bytes -= body.byteLength;
  }
}

/** Collects what is written to the response instead of sending it, and calls `complete` when it has ended. */
function holdBack(response: ServerResponse, complete: (body: Buffer) => Promise<void>): void {
  const chunks: Buffer[] = [];
  const collect = (chunk: unknown, encoding: unknown) => {
    const written = writtenBytes(chunk, encoding);
    if (written !== null) chunks.push(written);
  };
  const { write, end, flushHeaders } = response;
  response.flushHeaders = () => undefined;
  response.write = ((...args: unknown[]) => {
    collect(args[0], args[1]);
    return true;
  }) as typeof write;
  response.end = ((...args: unknown[]) => {
    collect(args[0], args[1]);
    Object.assign(response, { write, end, flushHeaders });
    complete(Buffer.concat(chunks)).catch((error: Error) => response.destroy(error));
    return response;
  }) as typeof end;
}
