import { expect, test } from 'vitest';
import { base32, matchingStep, totpAddress, totpCode, totpStep } from '#lib/site/accounts/two-factor/totp.ts';

const SECRET = new TextEncoder().encode('12345678901234567890');

test('codes are those of RFC 6238, appendix B', () => {
  const vectors: [seconds: number, code: string][] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ];
  for (const [seconds, code] of vectors) {
    expect(totpCode(SECRET, totpStep(new Date(seconds * 1000)), 8), String(seconds)).toBe(code);
  }
});

test('codes of the step before and after match, each once, and nothing else does', () => {
  const at = new Date(1111111111_000);
  const now = totpStep(at);
  for (const step of [now - 1, now, now + 1]) {
    expect(matchingStep(SECRET, totpCode(SECRET, step), at, null)).toBe(step);
    expect(matchingStep(SECRET, totpCode(SECRET, step), at, step)).toBeNull();
  }
  for (const step of [now - 2, now + 2]) {
    expect(matchingStep(SECRET, totpCode(SECRET, step), at, null)).toBeNull();
  }
  for (const code of ['', '1', '1234567', 'abcdef']) expect(matchingStep(SECRET, code, at, null)).toBeNull();
});

test('base 32 is that of RFC 4648', () => {
  const encoded = (text: string) => base32(new TextEncoder().encode(text));
  expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map(encoded)).toEqual([
    '',
    'MY',
    'MZXQ',
    'MZXW6',
    'MZXW6YQ',
    'MZXW6YTB',
    'MZXW6YTBOI',
  ]);
  const account = { issuer: 'Heldout', account: 'ada@example.org' };
  expect(totpAddress(SECRET, account)).toBe(
    'otpauth://totp/Heldout:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Heldout',
  );
});
