import { isIPv6 } from 'node:net';
import type { SiteEnvironment } from '#lib/site/environment.ts';

/**
 * The address of the socket that a request came in by. Our server sets it on every request and overwrites what
 * the client sent, because Next gives a route no socket.
 */
export const REMOTE_ADDRESS_HEADER = 'x-heldout-remote-address';

/**
 * The client's address, for rate limits by address. With `proxyHops` proxies in front of the site, it is the
 * entry of X-Forwarded-For that the outermost of them added; without a proxy, the client controls that header
 * and only the socket counts. An unknown address is 'unknown', so that all such clients share one limit.
 */
export function clientAddress({ proxyHops }: Pick<SiteEnvironment, 'proxyHops'>, headers: Headers): string {
  const socket = headers.get(REMOTE_ADDRESS_HEADER)?.trim();
  const address = (proxyHops > 0 ? forwardedAddress(headers, proxyHops) : undefined) || socket;
  return address ? networkOf(withoutPort(address)) : 'unknown';
}

/** undefined if fewer proxies than `hops` have added their entry, so that the request bypassed one of them. */
function forwardedAddress(headers: Headers, hops: number): string | undefined {
  const entries = (headers.get('x-forwarded-for') ?? '').split(',').map((entry) => entry.trim());
  return entries.at(-hops);
}

/** Some proxies add the client's port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  const [, v4, v6] = /^(?:(\d+(?:\.\d+){3}):\d+|\[([^\]]+)\](?::\d+)?)$/.exec(address) ?? [];
  return v4 ?? v6 ?? address;
}

/**
 * The network that one client controls: an IPv4 address, or the first 64 bits of an IPv6 address, because a host
 * can use any address of its /64 (RFC 4291, 2.5.4).
 */
export function networkOf(address: string): string {
  const [unscoped = ''] = address.split('%');
  if (!isIPv6(unscoped)) return address.toLowerCase();
  // URL writes every IPv6 address in one way: lowercase, with one `::`, without a dotted part.
  const [before = '', after] = new URL(`http://[${unscoped}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after ? after.split(':') : [];
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...tail];
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  return isMapped ? dotted(groups.slice(6)) : `${groups.slice(0, 4).join(':')}::/64`;
}

/** `c000:201` → `192.0.2.1`: an IPv4 client of a socket that listens on IPv6. */
function dotted(groups: readonly string[]): string {
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 255])
    .join('.');
}
