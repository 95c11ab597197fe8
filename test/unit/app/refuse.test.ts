import { expect, test } from 'vitest';
import { formRefusal, safeNext } from '#app/refuse.ts';
import { KEY_FIELD } from '#components/ui/form-state.ts';
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
    // As an address with the parameter twice has it.
    ['/account', '/teams/new'],
  ]) {
    expect(safeNext(elsewhere), String(elsewhere)).toBe('/');
  }
});

test('a refused form keeps what was typed, but no password, and a bug is no refusal', () => {
  const form = new FormData();
  form.set('email', 'ada@example.org');
  form.set('password', 'correct horse');
  form.set('current-password', 'correct horse');
  const state = formRefusal(new DomainError('CONFLICT', 'Not right.', { email: 'Why.' }), form);
  expect(state).toMatchObject({
    refusal: 'Not right.',
    fields: { email: 'Why.' },
    values: { email: 'ada@example.org' },
  });
  expect(JSON.stringify(state)).not.toContain('correct horse');
  expect(() => formRefusal(new TypeError('bug'), form)).toThrow('bug');
});

test('a form that was sent before with other values gets a new key, so that it can be sent again', () => {
  const form = new FormData();
  form.set(KEY_FIELD, 'used');
  form.set('name', 'Ada');
  const { refusal, values } = formRefusal(new DomainError('IDEMPOTENCY_KEY_REUSED', 'For programs.'), form);
  expect(refusal).toContain('Send it again');
  expect(values['name']).toBe('Ada');
  expect(values[KEY_FIELD]).toMatch(/^[0-9a-f]{32}$/);
});
