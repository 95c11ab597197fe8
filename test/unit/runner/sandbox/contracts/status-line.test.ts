import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStatus } from '#runner/sandbox/contracts/status-line.ts';

test.each([
  ['HTTP/1.1 201 Created\r\n', 201],
  ['HTTP/1.0 200 OK\r\nServer: x', 200],
  ['HTTP/1.1 503\n', 503],
  ['HTTP/1.1 201 \r\n', 201],
  ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n', 100],
  ['', 'incomplete'],
  ['HTTP/1.1 20', 'incomplete'],
  ['HTTP/1.1 201 Created\r', 'incomplete'],
  ['\r\nHTTP/1.1 201\r\n', 'malformed'],
  ['HTTP/2 201\r\n', 'malformed'],
  ['HTTP/1.1  201\r\n', 'malformed'],
  ['HTTP/1.1 2010\r\n', 'malformed'],
  ['HTTP/1.1 099\r\n', 'malformed'],
  ['HTTP/1.1 2_1 x\r\n', 'malformed'],
  [`HTTP/1.1 201 ${'x'.repeat(2000)}`, 'malformed'],
  [`HTTP/1.1 201 ${'x'.repeat(2000)}\r\n`, 'malformed'],
])('%j is %s', (bytes, expected) => {
  expect(readStatus(Buffer.from(bytes, 'latin1'))).toBe(expected);
});

test('any bytes give a status, `malformed`, or `incomplete` if there are few', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      const status = readStatus(Buffer.from(bytes));
      if (status === 'incomplete') expect(bytes.length).toBeLessThan(1024);
      else if (status !== 'malformed') expect(status).toBeGreaterThanOrEqual(100);
    }),
  );
});
