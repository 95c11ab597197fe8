import { expect, test } from 'vitest';
import { formRefusal, safeNext } from '#app/refuse.ts';
import { DomainError } from '#lib/domain/errors.ts';

test('a sign-in leads to a page of this site, whatever the address asked for', () => {
  expect(safeNext('/challenges/x/submit?phase=y')).toBe('/challenges/x/submit?phase=y');
  for (const elsewhere of [
    undefined,
    null,
    '',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    'javascript:alert(1)',
  ]) {
    expect(safeNext(elsewhere), String(elsewhere)).toBe('/');
  }
});

test('a refused form keeps what was typed, but no password, and a bug is no refusal', () => {
  const form = new FormData();
  form.set('email', 'ada@example.org');
  form.set('password', 'correct horse');
  const state = formRefusal(new DomainError('CONFLICT', 'Not right.', { email: 'Why.' }), form);
  expect(state).toMatchObject({
    refusal: 'Not right.',
    fields: { email: 'Why.' },
    values: { email: 'ada@example.org' },
  });
  expect(JSON.stringify(state)).not.toContain('correct horse');
  expect(() => formRefusal(new TypeError('bug'), form)).toThrow('bug');
});
