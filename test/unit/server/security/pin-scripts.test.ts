import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pinScripts, renewNonce } from '#server/security/pin-scripts.ts';

const NONCE = 'c2VjcmV0IG5vbmNlIG9mIDE2IGI=';
const headers = {
  'content-type': 'text/html',
  'content-security-policy': `script-src 'self' 'nonce-${NONCE}'; frame-ancestors 'none'`,
};
const ours = (text: string) => `<script nonce="${NONCE}">${text}</script>`;
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policyOf = (html: string, over: object = {}, body = Buffer.from(html)) =>
  pinScripts({ ...headers, ...over }, body)['content-security-policy'];

test('a kept page names its inline scripts by their hashes, each once, and no nonce', () => {
  const html = `<head><script src="/a.js" async="" nonce="${NONCE}"></script></head>${ours('one()')}${ours('tüü()')}${ours('one()')}`;
  const expected = `script-src 'self' ${hashOf('one()')} ${hashOf('tüü()')}; frame-ancestors 'none'`;
  // The empty text of a script that is a file.
  expect(policyOf(html)).toBe(expected.replace("'self' ", `'self' ${hashOf('')} `));
  expect(policyOf(html, { 'content-encoding': 'gzip' }, gzipSync(html))).toBe(policyOf(html));
});

test('a script that came in by the content is not named', () => {
  const injected = [
    '<script>evil()</script>',
    '<script nonce="">evil()</script>',
    '<script nonce="guess">evil()</script>',
  ];
  for (const script of injected) {
    expect(policyOf(`${ours('good()')}${script}`)).not.toContain(hashOf('evil()'));
    expect(policyOf(`${script}${ours('good()')}`)).toContain(hashOf('good()'));
  }
});

test('what has no nonce is left as it is', () => {
  const answer = { 'content-type': 'application/json', 'content-security-policy': "default-src 'none'" };
  expect(pinScripts(answer, Buffer.from('{}'))).toBe(answer);
  expect(pinScripts({}, Buffer.from(''))).toEqual({});
});

test('each copy of a page has a nonce of its own, in its policy and on its scripts', () => {
  const html = `${ours('one()')}<p>${'text '.repeat(3)}</p>${ours('two()')}`;
  const copies = [1, 2].map(() => {
    const { headers: own, body } = renewNonce({ headers, body: Buffer.from(html) });
    const nonce = /'nonce-([^']+)'/.exec(own['content-security-policy'] as string)?.[1];
    expect(body.toString()).toBe(html.replaceAll(NONCE, nonce!));
    return nonce;
  });
  expect(new Set([...copies, NONCE]).size).toBe(3);
});

test('an answer without a nonce is passed on as it is', () => {
  const answer = { headers: { 'content-type': 'text/css' }, body: Buffer.from('a {}') };
  expect(renewNonce(answer)).toBe(answer);
});
