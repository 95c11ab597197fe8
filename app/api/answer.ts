import { z } from 'zod';
import { IDEMPOTENCY_KEY_HEADER, idempotencyKeySchema } from '#lib/api/idempotency/key.ts';
import type { JsonRoute } from '#lib/api/routes.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { type Site, site } from '#lib/site/site.ts';
import { problem } from './problems.ts';

const MAX_JSON_BYTES = 262_144;

/**
 * Runs a route: returns the response of `work`, or a problem for an error that it throws. Bugs are logged and
 * answered without details.
 */
export async function answer(request: Request, work: (site: Site) => Promise<Response>): Promise<Response> {
  try {
    const here = site();
    // The state of the site is asked for when the database is gone, too.
    if (new URL(request.url).pathname.startsWith('/api/')) {
      await here.requests.take(clientAddress(here.environment, request.headers));
    }
    return await work(here);
  } catch (error) {
    if (error instanceof DomainError) return toProblem(error);
    const reference = crypto.randomUUID();
    const { method, url } = request;
    site().log.error({ err: error, reference, method, path: new URL(url).pathname }, 'a request failed');
    const detail = `Something went wrong here; nothing that you sent was at fault. Reference: ${reference}.`;
    return problem('INTERNAL', detail, { reference });
  }
}

function toProblem({ code, message, fields, retryAfterSeconds }: DomainError): Response {
  const headers: Record<string, string> = code === 'NOT_SIGNED_IN' ? { 'www-authenticate': 'Bearer' } : {};
  if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds);
  return problem(code, message, { fields, headers });
}

/** The response of a route on success. */
export function json<Route extends JsonRoute>(
  { response }: Route,
  body: z.input<Route['response']['schema']>,
  headers: Record<string, string> = {},
): Response {
  const { status } = response;
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** Parses the query of a request by the schema of its route. */
export function readQuery<Schema extends z.ZodObject>(
  request: Request,
  { query }: { query: Schema },
): z.output<Schema> {
  return parseInput(query, Object.fromEntries(new URL(request.url).searchParams));
}

/** Reads a JSON body of limited size. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('INVALID', 'The body is not JSON.');
  }
}

/** Reads a body of limited size as UTF-8. */
export async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.byteLength;
    if (bytes > MAX_JSON_BYTES) {
      throw new DomainError('TOO_LARGE', `A request of more than ${MAX_JSON_BYTES} bytes is not read.`);
    }
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new DomainError('INVALID', 'The body is not UTF-8.');
  }
}

/**
 * Streams the request body. A client that disconnects midway causes UPLOAD_INCOMPLETE, not an internal error.
 */
export async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        const message = 'The connection ended before the body did. Nothing was stored.';
        throw Object.assign(new DomainError('UPLOAD_INCOMPLETE', message), { cause: error });
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Stops reading if the request was refused early.
    await reader.cancel().catch(() => undefined);
  }
}

/** Idempotency-Key of a request that creates something; null if it has none. Throws INVALID. */
export function idempotencyKey(request: Request): string | null {
  const header = request.headers.get(IDEMPOTENCY_KEY_HEADER);
  return header === null ? null : parseInput(idempotencyKeySchema, header);
}

/** Content-Length; undefined if it is missing. */
export function contentLength(request: Request): number | undefined {
  const header = request.headers.get('content-length');
  return z.coerce
    .number()
    .int()
    .min(0)
    .safeParse(header ?? undefined).data;
}
