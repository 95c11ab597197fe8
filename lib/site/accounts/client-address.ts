import type { SiteEnvironment } from '#lib/site/environment.ts';

/**
 * The client's address, for rate limits by address: the entry of X-Forwarded-For that our outermost proxy
 * added. Without a proxy it is the last entry, which Next adds itself if the client sent none.
 */
export function clientAddress({ proxyHops }: SiteEnvironment, headers: Headers): string {
  const entries = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-Math.max(1, proxyHops)) || 'unknown';
}
