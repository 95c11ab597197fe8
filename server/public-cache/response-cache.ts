import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pinScripts } from '#server/security/pin-scripts.ts';

/**
 * Answers of public pages, kept by their address until something that visitors see changes. It works on the
 * bytes that the server sends, so that a cached page costs no rendering.
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

export type Render = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

interface Kept {
  version: string;
  headers: OutgoingHttpHeaders;
  body: Buffer;
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

  /** Sends the kept answer, or renders it once for all who wait for it. */
  async respond(
    key: CacheKey,
    request: IncomingMessage,
    response: ServerResponse,
    render: Render,
  ): Promise<void> {
    const version = this.#options.version();
    const id = JSON.stringify([key.url, key.headers]);
    const kept = this.#get(id, version) ?? (await this.#pending.get(`${version} ${id}`));
    if (kept) return send(response, kept);
    const rendering = this.#render(id, version, key, request, response, render);
    this.#pending.set(
      `${version} ${id}`,
      rendering.catch(() => null),
    );
    try {
      await rendering;
    } finally {
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

  async #render(
    id: string,
    version: string,
    key: CacheKey,
    request: IncomingMessage,
    response: ServerResponse,
    render: Render,
  ): Promise<Kept | null> {
    const { host } = request.headers;
    request.headers = { ...(host !== undefined && { host }), ...key.headers };
    const body = recordBody(response, this.#options.maxBytes);
    await render(request, response);
    const bytes = await body;
    if (bytes === null || response.statusCode !== 200 || response.hasHeader('set-cookie')) return null;
    const kept = { version, headers: pinScripts(response.getHeaders(), bytes), body: bytes };
    const before = this.#kept.get(id);
    if (before) this.#drop(id, before);
    this.#kept.set(id, kept);
    this.#bytes += bytes.byteLength;
    for (const [oldest, entry] of this.#kept) {
      if (this.#bytes <= this.#options.maxBytes) break;
      this.#drop(oldest, entry);
    }
    return kept;
  }

  #drop(id: string, { body }: Kept): void {
    this.#kept.delete(id);
    this.#bytes -= body.byteLength;
  }
}

/** The bytes of the body as they are sent; null if they are too many or the connection ends early. */
function recordBody(response: ServerResponse, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const record = (chunk: unknown, encoding: unknown) => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    const known = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk, known) : Buffer.from(chunk);
    bytes += buffer.byteLength;
    if (bytes <= maxBytes) chunks.push(buffer);
  };
  const { write, end } = response;
  response.write = function recorded(this: ServerResponse, ...args: unknown[]) {
    record(args[0], args[1]);
    return Reflect.apply(write, this, args);
  } as typeof write;
  response.end = function recorded(this: ServerResponse, ...args: unknown[]) {
    record(args[0], args[1]);
    return Reflect.apply(end, this, args);
  } as typeof end;
  return new Promise((resolve) => {
    response.once('close', () => {
      resolve(response.writableFinished && bytes <= maxBytes ? Buffer.concat(chunks) : null);
    });
  });
}

/** Headers of the connection, which differ from one to the next. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'date'];

function send(response: ServerResponse, { headers, body }: Kept): void {
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !OF_CONNECTION.includes(name)) response.setHeader(name, value);
  }
  response.setHeader('content-length', body.byteLength);
  response.end(body);
}
