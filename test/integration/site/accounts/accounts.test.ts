import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/** From a new address, so that no test uses up the attempts of another. */
const newClient = () => ({ address: unique('address') });
const newAccount = () => signUpAccount(here.site, PASSWORD);

function request(method: string, headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}/api/v1/teams`, { method, headers });
}

test('sign-in ignores the case of the address, and needs the right password', async () => {
  const { id, email } = await newAccount();
  const typed = ` ${email.toUpperCase()} `;
  expect(await signIn(here.site, { email: typed, password: PASSWORD }, newClient())).toMatchObject({
    userId: id,
    email,
  });
  const wrong = { code: 'NOT_SIGNED_IN', message: 'The email address or password is wrong.' };
  for (const input of [
    { email, password: `${PASSWORD}!` },
    { email: 'nobody@example.org', password: PASSWORD },
    { email: { not: 'a string' }, password: PASSWORD },
  ]) {
    await expect(signIn(here.site, input, newClient())).rejects.toMatchObject(wrong);
  }
});

test('the database contains no password and no token', async () => {
  const { id, email } = await newAccount();
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'laptop' }, newClient());
  const user = await here.database.owner.user.findUniqueOrThrow({
    where: { id },
    include: { tokens: true },
  });
  const text = JSON.stringify(user);
  expect(text).toContain('$argon2id$');
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(token.slice(4));
});

test.each([
  ['name', { name: ' ' }],
  ['name', { name: 'two\nlines' }],
  ['name', { name: 'right\u202Eto left' }],
  ['name', { name: '\u3164' }],
  ['name', { name: '\u2800 \u2800' }],
  ['name', { name: 'A\u200Bda' }],
  ['name', { name: '—' }],
  ['name', { name: `A${'\u0301'.repeat(12)}da` }],
  ['email', { email: 'no address' }],
  ['password', { password: 'short' }],
])('an invalid %s is refused with an error for that field: %j', async (field, over) => {
  const input = { name: 'Ada', email: `${unique('a')}@example.org`, password: PASSWORD, ...over };
  const refused = await signUp(here.site, input, newClient()).catch((error) => error);
  expect(refused).toMatchObject({ code: 'INVALID' });
  expect(Object.keys(refused.fields)).toEqual([field]);
});

test('a token identifies its account, and an invalid one is refused instead of being treated as a visitor', async () => {
  const { id, email } = await newAccount();
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'laptop' }, newClient());
  expect(token).toMatch(/^hld_[A-Za-z0-9_-]{43}$/);
  const viewer = await requestViewer(here.site, request('POST', { authorization: `Bearer ${token}` }));
  expect(viewer).toMatchObject({ userId: id, email, isAdmin: false, teams: [] });
  for (const authorization of [`Bearer ${token.slice(0, -1)}`, 'Bearer hld_', 'Basic YTpi', token]) {
    await expect(requestViewer(here.site, request('GET', { authorization }))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
  }
});
