import type { IncomingMessage } from 'node:http';
import type { CacheKey } from './response-cache.ts';

/** Pages and API routes that are the same for every visitor. */
const PUBLIC_PATHS = [
  /^\/$/,
  /^\/challenges\/[^/]+(\/(leaderboard|evaluation))?$/,
  // Visitors see scored submissions only, which no longer change.
  /^\/submissions\/[^/]+$/,
  /^\/sign-in$/,
  /^\/api\/v1\/submissions\/[^/]+$/,
  /^\/api\/v1\/challenges\/[^/]+$/,
  /^\/api\/v1\/challenges\/[^/]+\/phases\/[^/]+\/leaderboard(\.csv)?$/,
];

/** Next asks for parts of a page with these. */
const OF_NEXT = /^(rsc|next-|x-nextjs-|x-middleware-)/;

/**
 * What the answer to a visitor's request depends on; null if it may depend on more, above all on who asks: any
 * cookie but the theme, or a token.
 *
 * @param harmlessCookie a cookie, `name=value`, that pages may depend on, such as the visitor's theme.
 */
export function publicKey(
  { method, url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  harmlessCookie: RegExp,
): CacheKey | null {
  const [path = ''] = url.split('?', 1);
  if (method !== 'GET' || !PUBLIC_PATHS.some((pattern) => pattern.test(path))) return null;
  if (headers.authorization !== undefined || headers.range !== undefined) return null;
  if (Object.keys(headers).some((name) => OF_NEXT.test(name))) return null;
  const { cookie } = headers;
  if (cookie !== undefined && !harmlessCookie.test(cookie)) return null;
  const compressed = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));
  return {
    url,
    headers: { ...(cookie !== undefined && { cookie }), ...(compressed && { 'accept-encoding': 'gzip' }) },
  };
}
