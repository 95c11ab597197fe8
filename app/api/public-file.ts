import type { ApiRoute } from '#lib/api/routes.ts';

/** Of something that changes with the scores: pages of other sites may show it some minutes late. */
export const BRIEFLY = 'public, max-age=300';
/** Of something that never changes. */
export const FOREVER = 'public, max-age=31536000, immutable';

/** Scripts of any site may read it: everybody sees it, and no cookie is sent along. */
export const FOR_EVERY_SITE = { 'access-control-allow-origin': '*' };

/** A file of a route, the same for everybody. `name` makes browsers download it. */
export function publicFile(
  { response: { type } }: ApiRoute,
  body: string | ArrayBuffer,
  cacheControl: string,
  name?: string,
): Response {
  return new Response(body, {
    headers: {
      'cache-control': cacheControl,
      'content-type': typeof body === 'string' ? `${type}; charset=utf-8` : type,
      ...(name !== undefined && { 'content-disposition': `attachment; filename="${name}"` }),
    },
  });
}
