import { describe, expect, it } from 'vitest';
import { isForeign } from '#server/security/refuse-foreign.ts';

const ORIGIN = 'https://heldout.example.org';
const cookie = 'heldout.session=x';
const ask = (method: string, headers: Record<string, string>, url = '/teams') =>
  isForeign({ method, headers, url }, ORIGIN);

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

  it('lets a program replace a definition with its token, whatever origin it names or not', () => {
    const url = '/api/v1/challenges/stroke/definition';
    const authorization = 'Bearer hld_x';
    expect(ask('PUT', { authorization }, url)).toBe(false);
    expect(ask('PUT', { authorization, origin: 'null' }, url)).toBe(false);
    expect(ask('PUT', { cookie, origin: 'https://evil.example' }, url)).toBe(true);
  });

  it('lets a mail program unsubscribe with the link of the mail, from a server and from a page of its own', () => {
    const url = '/unsubscribe/one-click?token=x';
    expect(ask('POST', {}, url)).toBe(false);
    for (const origin of ['https://webmail.example', 'null'])
      expect(ask('POST', { origin }, url)).toBe(false);
    expect(ask('POST', { cookie }, url)).toBe(false);
    // Only there: the page with the question is a form of this site.
    expect(ask('POST', { origin: 'https://webmail.example' }, '/unsubscribe?token=x')).toBe(true);
    expect(ask('POST', { origin: 'https://webmail.example' }, '/unsubscribe/one-clicks')).toBe(true);
  });

  it('lets everything be read', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(ask(method, { cookie, origin: 'null' })).toBe(false);
  });
});
