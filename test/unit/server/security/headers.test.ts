import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { setSecurityHeaders, withNonces } from '#server/security/headers.ts';

const ORIGIN = 'https://heldout.example.org';
let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A site that shows the policy that Next would read. */
async function get(path: string, headers: Record<string, string> = {}, { origin = ORIGIN } = {}) {
  const render = async (request: IncomingMessage, response: ServerResponse) => {
    response.end(request.headers['content-security-policy'] ?? 'none');
  };
  const handle = withNonces(render, { dev: false });
  server = createServer((request, response) => {
    setSecurityHeaders(response, origin);
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  return { headers: response.headers, seenByNext: await response.text() };
}

describe('the policy of a page', () => {
  it('allows inline scripts only with its nonce, which Next gets as well', async () => {
    const { headers, seenByNext } = await get('/challenges/a');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}=='/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(seenByNext).toBe(policy);
  });

  it('has a new nonce each time, whatever the client sends', async () => {
    const forged = { 'content-security-policy': "script-src 'nonce-known'" };
    const first = await get('/', forged);
    server.close();
    const second = await get('/', forged);
    expect(first.seenByNext).not.toContain('known');
    expect(first.seenByNext).not.toBe(second.seenByNext);
  });
});

describe('every other answer', () => {
  it.each(['/api/v1/teams', '/api', '/_next/static/a.js'])(
    'at %s may load and frame nothing',
    async (path) => {
      const forged = { 'content-security-policy': "script-src 'nonce-known'" };
      const { headers, seenByNext } = await get(path, forged);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(seenByNext).toBe('none');
    },
  );

  it('says what browsers may do with it, and by TLS only where the site has it', async () => {
    const { headers } = await get('/api/v1/teams');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(headers.get('permissions-policy')).toContain('camera=(), ');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    server.close();
    const plain = await get('/', {}, { origin: 'http://127.0.0.1:3000' });
    expect(plain.headers.has('strict-transport-security')).toBe(false);
  });
});
