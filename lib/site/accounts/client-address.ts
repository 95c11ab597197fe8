import type { SiteEnvironment } from '#lib/site/environment.ts';

/** The address of the connection. server/http-server.ts sets it for every request, whatever the client sent. */
export const REMOTE_ADDRESS_HEADER = 'x-heldout-remote-address';

/**
 * The client's address, for rate limits by address: the entry of X-Forwarded-For that our outermost proxy
 * added. Without a proxy it is the last entry, which Next adds itself if the client sent none.
 */
export function clientAddress({ proxyHops }: Pick<SiteEnvironment, 'proxyHops'>, headers: Headers): string {
  const entries = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-Math.max(1, proxyHops)) || 'unknown';
}
