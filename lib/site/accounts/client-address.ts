import type { SiteEnvironment } from '#lib/site/environment.ts';

/**
 * The client's address, for the limits by address: of X-Forwarded-For the entry that the outermost of our
 * proxies wrote. Without a proxy the last entry, which Next sets itself where the client sent none.
 */
export function clientAddress({ proxyHops }: SiteEnvironment, headers: Headers): string {
  const entries = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-Math.max(1, proxyHops)) || 'unknown';
}
