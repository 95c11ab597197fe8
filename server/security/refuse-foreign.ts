import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemBody } from '#lib/api/problem.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The one-click button of a mail (RFC 8058): whoever has the link may use it from anywhere, and no cookie is read. A mail
 * program in a browser sends its own origin.
 */
const FROM_ANYWHERE = /^\/unsubscribe\/one-click(\?|$)/;

/**
 * Whether a request may have been sent by a page of another site with the cookies of its reader. Browsers name the
 * origin of every request that changes something, and let no page choose it. A request with a token of the API was
 * sent by a program: no browser adds one by itself.
 */
export function isForeign(
  { method = '', url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  origin: string,
): boolean {
  if (SAFE_METHODS.includes(method) || headers.authorization !== undefined) return false;
  if (FROM_ANYWHERE.test(url)) return false;
  return headers.origin === undefined ? headers.cookie !== undefined : headers.origin !== origin;
}

/**
 * Refuses what changes something and comes from a page of another site: forms, server actions and routes, whatever
 * they are. Returns whether it has answered.
 */
export function refuseForeign(request: IncomingMessage, response: ServerResponse, origin: string): boolean {
  if (!isForeign(request, origin)) return false;
  const detail = `This request doesn’t come from a page of this site, so nothing was changed. Open ${origin} and try again.`;
  const problem = problemBody('FORBIDDEN', 'Forbidden', detail);
  const isApi = request.url?.startsWith('/api/') ?? false;
  response.writeHead(problem.status, {
    'content-type': isApi ? PROBLEM_TYPE : 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    // The rest of the request isn’t read.
    connection: 'close',
  });
  response.end(isApi ? JSON.stringify(problem) : `${detail}\n`);
  return true;
}
