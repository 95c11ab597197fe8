import type { IncomingMessage } from 'node:http';
import { PLACEHOLDER_HEADER } from '#lib/api/pages/reader.ts';
import type { CacheKey } from './response-cache.ts';

/**
 * Pages on which only the reader's name, team and own rows differ, and the client adds the rows. They have no form
 * with a key of its own.
 */
const SHARED_PAGES = [
  /^\/$/,
  /^\/challenges\/[^/]+(\/(leaderboard|evaluation|teams))?$/,
  /^\/challenges\/[^/]+\/leaderboard\/[^/]+$/,
];

/** Pages and API routes that are the same for every visitor. */
const PUBLIC_PATHS = [
  ...SHARED_PAGES,
  // Visitors see scored submissions only, which no longer change.
  /^\/submissions\/[^/]+$/,
  /^\/challenges\/[^/]+\/(calendar\.ics|logo\/[^/]+)$/,
  /^\/challenges\/[^/]+\/announcements$/,
  /^\/teams\/(?!new$)[^/]+$/,
  /^\/sign-in$/,
  /^\/api\/v1\/submissions\/[^/]+$/,
  /^\/api\/v1\/challenges\/[^/]+$/,
  /^\/api\/v1\/challenges\/[^/]+\/phases\/[^/]+\/(leaderboard(\.csv)?|badge\.svg|card\.png|embed\.json)$/,
  /^\/api\/v1\/rankings\/[^/]+(\/[a-z.]+)?$/,
  /^\/embed\/[^/]+\/[^/]+$/,
];

/** Next asks for parts of a page with these. */
const OF_NEXT = /^(rsc|next-|x-nextjs-|x-middleware-)/;

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/**
 * What the answer to a visitor's request depends on; null if it may depend on more, above all on who asks: any
 * cookie but the theme, or a token.
 *
 * @param harmlessCookie a cookie, `name=value`, that pages may depend on, such as the visitor's theme.
 */
export function publicKey(asked: Asked, harmlessCookie: RegExp): CacheKey | null {
  if (!asksFor(PUBLIC_PATHS, asked)) return null;
  const { cookie } = asked.headers;
  if (cookie !== undefined && !harmlessCookie.test(cookie)) return null;
  return {
    url: asked.url ?? '',
    headers: {
      ...(cookie !== undefined && { cookie }),
      ...(acceptsGzip(asked) && { 'accept-encoding': 'gzip' }),
    },
  };
}

/** Whether an address is read without side effects, and its answer short enough to be copied: a page, or such a route. */
export function isSharedRead(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return !/^\/(api|_next)(\/|$)/.test(path) || PUBLIC_PATHS.some((pattern) => pattern.test(path));
}

/** Whether someone who is signed in may get the page that is rendered once for all of them. */
export function asksForSharedPage(asked: Asked): boolean {
  return asksFor(SHARED_PAGES, asked);
}

/**
 * What a page for everyone who is signed in depends on: nothing of the reader but the theme, and whether there is a
 * team.
 *
 * @param harmlessCookie as above, but among the request's other cookies, of which none is passed on.
 */
export function sharedPageKey(
  { url = '', headers }: Asked,
  placeholder: string,
  harmlessCookie: RegExp,
): CacheKey {
  const cookie = headers.cookie?.split('; ').find((pair) => harmlessCookie.test(pair));
  return { url, headers: { [PLACEHOLDER_HEADER]: placeholder, ...(cookie !== undefined && { cookie }) } };
}

export function acceptsGzip({ headers }: Pick<Asked, 'headers'>): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));
}

function asksFor(paths: readonly RegExp[], { method, url = '', headers }: Asked): boolean {
  const [path = ''] = url.split('?', 1);
  if (method !== 'GET' || !paths.some((pattern) => pattern.test(path))) return false;
  if (headers.authorization !== undefined || headers.range !== undefined) return false;
  return !Object.keys(headers).some((name) => OF_NEXT.test(name));
}
