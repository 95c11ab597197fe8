import { describe, expect, it } from 'vitest';
import { isForeign } from '#server/security/refuse-foreign.ts';

const ORIGIN = 'https://heldout.example.org';
const cookie = 'heldout.session=x';
const ask = (method: string, headers: Record<string, string>) => isForeign({ method, headers }, ORIGIN);

describe('isForeign', () => {
  it('lets a page of this site change something', () => {
    expect(ask('POST', { cookie, origin: ORIGIN })).toBe(false);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://heldout.example.org',
    'https://heldout.example.org.evil.example',
    '',
  ])('refuses the origin %j, with cookies and without', (origin) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(ask(method, { cookie, origin })).toBe(true);
      expect(ask(method, { origin })).toBe(true);
    }
  });

  it('refuses cookies without an origin, which no browser sends', () => {
    expect(ask('POST', { cookie })).toBe(true);
  });

  it('lets programs in, with a token or with nothing', () => {
    expect(ask('POST', { authorization: 'Bearer hld_x' })).toBe(false);
    expect(ask('POST', {})).toBe(false);
  });

  it('lets everything be read', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(ask(method, { cookie, origin: 'null' })).toBe(false);
  });
});
