import { expect, test } from 'vitest';
import { clientAddress, REMOTE_ADDRESS_HEADER } from '#lib/site/accounts/client-address.ts';

const SOCKET = '192.0.2.1';

function addressOf(proxyHops: number, forwardedFor: string | null, socket: string | null = SOCKET): string {
  const headers = new Headers();
  if (forwardedFor !== null) headers.set('x-forwarded-for', forwardedFor);
  if (socket !== null) headers.set(REMOTE_ADDRESS_HEADER, socket);
  return clientAddress({ proxyHops }, headers);
}

test.each(['198.51.100.7', '198.51.100.7, 203.0.113.9', ', ,', 'no address'])(
  'without a proxy, X-Forwarded-For is ignored: %j',
  (forged) => {
    expect(addressOf(0, forged)).toBe(SOCKET);
  },
);

test.each([
  [1, '203.0.113.9', '203.0.113.9'],
  // The client forged the first entry, and the proxy added the second one.
  [1, '198.51.100.7, 203.0.113.9', '203.0.113.9'],
  [2, '198.51.100.7, 203.0.113.9, 10.0.0.1', '203.0.113.9'],
  // A request that bypassed the outer proxy.
  [2, '10.0.0.1', SOCKET],
  [1, null, SOCKET],
  [1, '203.0.113.9, ', SOCKET],
])('with %i proxies, the entry that the outermost one added counts: %j is %s', (hops, forwarded, address) => {
  expect(addressOf(hops, forwarded)).toBe(address);
});

test('all clients count as one if the server does not tell the address of their sockets', () => {
  expect(addressOf(0, '198.51.100.7', null)).toBe('unknown');
  expect(addressOf(0, '203.0.113.9', null)).toBe('unknown');
  expect(addressOf(1, null, null)).toBe('unknown');
});

test('an IPv6 client counts by its /64, however its address is written', () => {
  for (const address of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:0:0:9', '2001:0db8:0001:0002:0:0:0:0']) {
    expect(addressOf(0, null, address)).toBe('2001:db8:1:2::/64');
  }
  expect(addressOf(0, null, '2001:db8:1:3::1')).toBe('2001:db8:1:3::/64');
  expect(addressOf(0, null, '::1')).toBe('0:0:0:0::/64');
  expect(addressOf(0, null, 'fe80::1%eth0')).toBe('fe80:0:0:0::/64');
});

test('an IPv4 client of an IPv6 socket counts by its IPv4 address', () => {
  expect(addressOf(0, null, '::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(addressOf(0, null, '::FFFF:c000:201')).toBe('192.0.2.1');
});

test('the port that a proxy adds does not count', () => {
  expect(addressOf(1, '203.0.113.9:52011')).toBe('203.0.113.9');
  expect(addressOf(1, '[2001:db8::1]:443')).toBe('2001:db8:0:0::/64');
});
