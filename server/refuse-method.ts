import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROBLEM_TYPE, problemBody } from '#lib/api/problem.ts';

/** Next renders a page for any method; a page's forms post to it. */
const PAGE_METHODS = ['GET', 'HEAD', 'POST'];
/** The routes of the API answer those that they don't take themselves. */
const API_METHODS = [...PAGE_METHODS, 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Answers a request whose method no address of its kind has, such as TRACE, with 405, and returns true. Must come
 * before Next, which would answer it with 200, 400 or 500. RFC 9110, 15.5.6, requires the header Allow.
 */
export function refuseMethod(request: IncomingMessage, response: ServerResponse): boolean {
  const { method = '', url = '' } = request;
  const isApi = /^\/api(?:[/?]|$)/.test(url);
  const methods = isApi ? API_METHODS : PAGE_METHODS;
  if (methods.includes(method)) return false;
  const detail = `This address takes no ${method} requests.`;
  const problem = problemBody('METHOD_NOT_ALLOWED', 'Method Not Allowed', detail);
  response.writeHead(problem.status, {
    allow: methods.join(', '),
    'content-type': isApi ? PROBLEM_TYPE : 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // The rest of the request, such as a body, isn't read.
    connection: 'close',
  });
  response.end(isApi ? JSON.stringify(problem) : `${detail}\n`);
  return true;
}
