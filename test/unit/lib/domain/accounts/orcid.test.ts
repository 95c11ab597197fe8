import { expect, test } from 'vitest';
import { parseOrcid } from '#lib/domain/accounts/orcid.ts';

test('an ORCID iD is read with and without hyphens and address', () => {
  // Examples of the ORCID documentation.
  for (const text of [
    '0000-0002-1825-0097',
    '0000000218250097',
    ' https://orcid.org/0000-0002-1825-0097/ ',
  ]) {
    expect(parseOrcid(text), text).toBe('0000-0002-1825-0097');
  }
  expect(parseOrcid('0000-0002-1694-233x')).toBe('0000-0002-1694-233X');
});

test('a wrong check character, a single wrong digit and other texts are refused', () => {
  const right = '0000-0002-1825-0097';
  for (let place = 0; place < right.length; place++) {
    if (right[place] === '-') continue;
    const wrong = `${right.slice(0, place)}${(Number(right[place]) + 1) % 10}${right.slice(place + 1)}`;
    expect(parseOrcid(wrong), wrong).toBeNull();
  }
  for (const text of ['', '0000', 'https://evil.example/0000-0002-1825-0097', '0000-0002-1825-00971']) {
    expect(parseOrcid(text), text).toBeNull();
  }
});
