import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { encodeSession, passwordMark, sessionCookie } from '#lib/site/accounts/session.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { findSessionViewer, requestViewer } from '#lib/site/accounts/viewer.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

/** A new address, so that no test uses up the attempts of another. */
const newAddress = () => unique('address');

async function newAccount() {
  const email = `${unique('ada')}@example.org`;
  const user = await signUp(here.site, { name: 'Ada', email, password: PASSWORD }, newAddress());
  return { ...user, email };
}

async function sessionOf(email: string): Promise<string> {
  const { userId, passwordHash } = await signIn(here.site, { email, password: PASSWORD }, newAddress());
  return encodeSession(here.site.environment, { sub: userId, mark: passwordMark(passwordHash) });
}

function request(method: string, headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}/api/v1/teams`, { method, headers });
}

test('sign-in ignores the case of the address, and needs the right password', async () => {
  const { id, email } = await newAccount();
  const typed = ` ${email.toUpperCase()} `;
  expect(await signIn(here.site, { email: typed, password: PASSWORD }, newAddress())).toMatchObject({
    userId: id,
    email,
  });
  const wrong = { code: 'NOT_SIGNED_IN', message: 'The email address or password is wrong.' };
  for (const input of [
    { email, password: `${PASSWORD}!` },
    { email: 'nobody@example.org', password: PASSWORD },
    { email: { not: 'a string' }, password: PASSWORD },
  ]) {
    await expect(signIn(here.site, input, newAddress())).rejects.toMatchObject(wrong);
  }
});

test('the database contains no password and no token', async () => {
  const { id, email } = await newAccount();
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'laptop' }, newAddress());
  const user = await here.database.owner.user.findUniqueOrThrow({
    where: { id },
    include: { tokens: true },
  });
  const text = JSON.stringify(user);
  expect(text).toContain('$argon2id$');
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain(token.slice(4));
});

test('a second account with the same address is refused, with an error for that field', async () => {
  const { email } = await newAccount();
  const again = signUp(
    here.site,
    { name: 'Eve', email: email.toUpperCase(), password: PASSWORD },
    newAddress(),
  );
  await expect(again).rejects.toMatchObject({
    code: 'CONFLICT',
    fields: { email: 'Use another address, or sign in.' },
  });
});

test.each([
  ['name', { name: ' ' }],
  ['name', { name: 'two\nlines' }],
  ['name', { name: 'right\u202Eto left' }],
  ['email', { email: 'no address' }],
  ['password', { password: 'short' }],
])('an invalid %s is refused with an error for that field: %j', async (field, over) => {
  const input = { name: 'Ada', email: `${unique('a')}@example.org`, password: PASSWORD, ...over };
  const refused = await signUp(here.site, input, newAddress()).catch((error) => error);
  expect(refused).toMatchObject({ code: 'INVALID' });
  expect(Object.keys(refused.fields)).toEqual([field]);
});

test('ten wrong passwords lock an account for 15 minutes, from whatever address they come', async () => {
  const { email } = await newAccount();
  const start = Date.now();
  here.setNow(new Date(start));
  const attempt = (password: string) => signIn(here.site, { email, password }, newAddress());
  const wrong = await Promise.allSettled(Array.from({ length: 12 }, () => attempt('wrong')));
  const codes = wrong.map((result) => result.status === 'rejected' && result.reason.code).sort();
  expect(codes).toEqual([...Array(10).fill('NOT_SIGNED_IN'), ...Array(2).fill('TOO_MANY_ATTEMPTS')]);
  await expect(attempt(PASSWORD)).rejects.toMatchObject({
    code: 'TOO_MANY_ATTEMPTS',
    message: 'Too many attempts. Try again in 15 minutes.',
  });
  here.setNow(new Date(start + 15 * 60_000));
  await expect(attempt(PASSWORD)).resolves.toMatchObject({ email });
  here.setNow(null);
});

test('fifty wrong passwords from one address, for any accounts, block only that address', async () => {
  const { email } = await newAccount();
  const address = newAddress();
  for (let count = 0; count < 50; count++) {
    const guess = signIn(here.site, { email: `guess-${count}@example.org`, password: 'wrong' }, address);
    await expect(guess).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  }
  const input = { email, password: PASSWORD };
  await expect(signIn(here.site, input, address)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  await expect(signIn(here.site, input, newAddress())).resolves.toMatchObject({ email });
});

test('a successful sign-in uses up no attempts', async () => {
  const { email } = await newAccount();
  const address = newAddress();
  for (let count = 0; count < 12; count++) {
    await signIn(here.site, { email, password: PASSWORD }, address);
  }
});

test('a token identifies its account, and an invalid one is refused instead of being treated as a visitor', async () => {
  const { id, email } = await newAccount();
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'laptop' }, newAddress());
  expect(token).toMatch(/^hld_[A-Za-z0-9_-]{43}$/);
  const viewer = await requestViewer(here.site, request('POST', { authorization: `Bearer ${token}` }));
  expect(viewer).toMatchObject({ userId: id, email, isAdmin: false, teams: [] });
  for (const authorization of [`Bearer ${token.slice(0, -1)}`, 'Bearer hld_', 'Basic YTpi', token]) {
    await expect(requestViewer(here.site, request('GET', { authorization }))).rejects.toMatchObject({
      code: 'NOT_SIGNED_IN',
    });
  }
});

test('a session is valid until the password changes', async () => {
  const { id, email } = await newAccount();
  const session = await sessionOf(email);
  expect(await findSessionViewer(here.site, session)).toMatchObject({ userId: id });
  expect(await findSessionViewer(here.site, `${session.slice(0, -4)}AAAA`)).toBeNull();
  const passwordHash = await hashPassword('another password');
  await here.database.owner.user.update({ where: { id }, data: { passwordHash } });
  expect(await findSessionViewer(here.site, session)).toBeNull();
});

test('a session signed with another secret is invalid', async () => {
  const { id } = await newAccount();
  const other = { ...here.site.environment, sessionSecret: 'another secret of some length' };
  const forged = await encodeSession(other, { sub: id, mark: 'x' });
  expect(await findSessionViewer(here.site, forged)).toBeNull();
});

test('a request with a cookie can change something only if it comes from a page of this site', async () => {
  const { id, email } = await newAccount();
  const { name, options } = sessionCookie(here.site.environment);
  expect(name).toBe('__Host-heldout.session');
  expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
  const cookie = `other=1; ${name}=${await sessionOf(email)}`;
  const ask = (method: string, headers: Record<string, string>) =>
    requestViewer(here.site, request(method, { cookie, ...headers }));
  expect(await ask('POST', { origin: ORIGIN })).toMatchObject({ userId: id });
  expect(await ask('GET', {})).toMatchObject({ userId: id });
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, {}]) {
    await expect(ask('POST', headers)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
});
