import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
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
    setSecurityHeaders(request, response, origin);
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

describe('a leaderboard for frames of other sites', () => {
  it('may be framed, and has neither scripts nor forms', async () => {
    const { headers } = await get('/embed/stroke-t1/test?limit=3');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    );
    expect(headers.get('x-frame-options')).toBeNull();
  });

  it.each([
    '/embed/../account',
    '/embed/a/..',
    '/embed/%2e%2e/account',
    '/embed/a/b/../../../account',
    '/embed/a/b/c',
    '//embed/a/b',
    '/embed',
  ])('is no other page, whatever the path looks like: %s', (url) => {
    // Not by fetch, which would resolve the dots.
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    setSecurityHeaders({ url }, response, ORIGIN);
    expect(response.getHeader('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.getHeader('x-frame-options')).toBe('DENY');
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

  it('lets the script that seals test sets speak to this site and to nobody else', async () => {
    const { headers, seenByNext } = await get('/sealing/worker.js');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; connect-src 'self'");
    expect(seenByNext).toBe('none');
  });

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
