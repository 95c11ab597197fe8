import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nonceOf, pinScripts, withNonce } from '#server/security/pin-scripts.ts';

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

test('the nonce of a policy is found, and replaced by another one', () => {
  expect(nonceOf(headers)).toBe(NONCE);
  const own = withNonce(headers, 'b3RoZXI=');
  expect(nonceOf(own)).toBe('b3RoZXI=');
  expect({ ...own, 'content-security-policy': '' }).toEqual({ ...headers, 'content-security-policy': '' });
  expect(String(own['content-security-policy']).replace('b3RoZXI=', NONCE)).toBe(
    headers['content-security-policy'],
  );
  expect(nonceOf({})).toBeNull();
  expect(nonceOf({ 'content-security-policy': "default-src 'none'" })).toBeNull();
});
