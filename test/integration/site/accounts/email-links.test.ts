import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { confirmAddress, requestAddressChange } from '#lib/site/accounts/email-links/change-address.ts';
import { confirmSignUp } from '#lib/site/accounts/email-links/confirm-sign-up.ts';
import { requestPasswordReset, setPasswordByLink } from '#lib/site/accounts/email-links/reset-password.ts';
import { requestSignInLink, signInByLink } from '#lib/site/accounts/email-links/sign-in-link.ts';
import { startSession } from '#lib/site/accounts/sessions.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { findSessionViewer } from '#lib/site/accounts/viewer.ts';
import { startMailWorker } from '#lib/site/mail/mail-worker.ts';
import { linkIn, type MailServer, startMailServer } from '#test/support/mail/mail-server.ts';
import { shareLonger, timesOf } from '#test/support/site/compare-times.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another good password';
const HOUR_MS = 3_600_000;

let server: MailServer;
let here: TestSite;
let stopWorker: () => Promise<void>;

beforeAll(async () => {
  server = await startMailServer();
  const from = { name: 'Heldout', address: 'heldout@example.org' };
  here = await openTestSite({ mail: { server: server.server, from } });
  stopWorker = startMailWorker(here.site.environment, (error) => {
    throw error;
  });
});
beforeEach(() => here.setNow(null));
afterAll(async () => {
  await stopWorker();
  await here.close();
  await server.close();
});

const newEmail = () => `${unique('ada')}@example.org`;
const client = () => ({ address: unique('address') });
const account = (email: string, password = PASSWORD) => ({ name: 'Ada', email, password });
const users = (email: string) => here.database.owner.user.findMany({ where: { email } });

async function tokenOf(email: string, path: string): Promise<string> {
  return linkIn(await server.next(email), path).searchParams.get('token')!;
}

async function signUpWithLink(email: string, password = PASSWORD): Promise<string> {
  await signUp(here.site, account(email, password), client());
  return tokenOf(email, '/sign-up/confirm');
}

async function newAccount(): Promise<{ email: string; viewer: Viewer }> {
  const email = newEmail();
  const signedIn = await confirmSignUp(here.site, { token: await signUpWithLink(email), password: PASSWORD });
  const cookie = await startSession(here.site, signedIn, 'Firefox');
  return { email, viewer: (await findSessionViewer(here.site, cookie))! };
}

const isGone = { code: 'NOT_FOUND', message: expect.stringContaining('Request a new one') };

test('an account exists once its link was opened and its password entered, and its address is confirmed', async () => {
  const email = newEmail();
  const token = await signUpWithLink(email);
  expect(await users(email)).toEqual([]);
  await expect(signIn(here.site, { email, password: PASSWORD }, client())).rejects.toMatchObject({
    message: 'The email address or password is wrong.',
  });
  await expect(confirmSignUp(here.site, { token, password: 'wrong' })).rejects.toMatchObject({
    fields: { password: expect.stringContaining('isn’t the password') },
  });
  const signedIn = await confirmSignUp(here.site, { token, password: PASSWORD });
  expect(signedIn).toMatchObject({ name: 'Ada', email });
  expect(await users(email)).toMatchObject([{ id: signedIn.userId, emailVerifiedAt: expect.any(Date) }]);
  await expect(confirmSignUp(here.site, { token, password: PASSWORD })).rejects.toMatchObject(isGone);
  await signIn(here.site, { email, password: PASSWORD }, client());
});

test('no token is stored, in links or in mails', async () => {
  const email = newEmail();
  const token = await signUpWithLink(email);
  const { owner } = here.database;
  const rows = [
    await owner.emailLink.findMany({ where: { email } }),
    await owner.mail.findMany({ where: { to: email } }),
  ];
  expect(JSON.stringify(rows)).not.toContain(token);
});

test('somebody who signs up with a stranger’s address can’t have them confirm a password that both know', async () => {
  const email = newEmail();
  const ofStranger = await signUpWithLink(email, OTHER_PASSWORD);
  const own = await signUpWithLink(email);
  await expect(confirmSignUp(here.site, { token: ofStranger, password: PASSWORD })).rejects.toThrow(
    /isn’t the password/,
  );
  await confirmSignUp(here.site, { token: own, password: PASSWORD });
  await expect(
    confirmSignUp(here.site, { token: ofStranger, password: OTHER_PASSWORD }),
  ).rejects.toMatchObject(isGone);
});

test('signing up with a taken address mails its owner and changes nothing', async () => {
  const { email } = await newAccount();
  const before = await users(email);
  await signUp(here.site, account(email.toUpperCase(), OTHER_PASSWORD), client());
  const mail = await server.next(email);
  expect(mail.parsed.subject).toBe('You already have a Heldout account');
  expect(linkIn(mail, '/reset-password').search).toBe('');
  expect(await users(email)).toEqual(before);
});

test('the mail to a new address contains nothing that whoever signed up has typed', async () => {
  const email = newEmail();
  await signUp(here.site, { ...account(email), name: 'Buy at evil.example' }, client());
  expect((await server.next(email)).raw).not.toContain('evil.example');
});

test('a link that two requests use at once works for one of them', async () => {
  const token = await signUpWithLink(newEmail());
  const attempts = [1, 2, 3].map(() => confirmSignUp(here.site, { token, password: PASSWORD }));
  const results = await Promise.allSettled(attempts);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a link of one purpose, an expired one and a made-up one don’t work', async () => {
  const { email } = await newAccount();
  await requestPasswordReset(here.site, { email }, client());
  const token = await tokenOf(email, '/reset-password/new');
  await expect(signInByLink(here.site, token)).rejects.toMatchObject(isGone);
  await expect(setPasswordByLink(here.site, { token: 'x', password: PASSWORD })).rejects.toMatchObject(
    isGone,
  );
  here.setNow(new Date(Date.now() + HOUR_MS));
  await expect(setPasswordByLink(here.site, { token, password: PASSWORD })).rejects.toMatchObject(isGone);
});

test('a reset sets the password, ends every session and announces it', async () => {
  const { email, viewer } = await newAccount();
  await requestPasswordReset(here.site, { email }, client());
  const token = await tokenOf(email, '/reset-password/new');
  await requestSignInLink(here.site, { email, next: '/' }, client());
  const other = await tokenOf(email, '/sign-in/link/open');
  await expect(setPasswordByLink(here.site, { token, password: 'short' })).rejects.toMatchObject({
    code: 'INVALID',
  });
  expect(await setPasswordByLink(here.site, { token, password: OTHER_PASSWORD })).toBe(email);
  expect(await here.database.owner.session.count({ where: { userId: viewer.userId } })).toBe(0);
  await expect(signIn(here.site, { email, password: PASSWORD }, client())).rejects.toThrow();
  await signIn(here.site, { email, password: OTHER_PASSWORD }, client());
  await expect(signInByLink(here.site, other)).rejects.toMatchObject(isGone);
  expect((await server.next(email)).parsed.subject).toBe('Your Heldout password was changed');
});

test('a link signs in once', async () => {
  const { email, viewer } = await newAccount();
  await requestSignInLink(here.site, { email, next: '/challenges' }, client());
  const link = linkIn(await server.next(email), '/sign-in/link/open');
  expect(link.searchParams.get('next')).toBe('/challenges');
  const token = link.searchParams.get('token')!;
  const signedIn = await signInByLink(here.site, token);
  expect(signedIn.userId).toBe(viewer.userId);
  await startSession(here.site, signedIn, 'Firefox');
  await expect(signInByLink(here.site, token)).rejects.toMatchObject(isGone);
});

test('an address without an account gets a mail that says so', async () => {
  const email = newEmail();
  await requestPasswordReset(here.site, { email }, client());
  expect((await server.next(email)).parsed.subject).toBe('You have no Heldout account with this address');
});

test('the time of a reset and of a sign-up does not tell whether the address has an account', async () => {
  const owners = [];
  for (let index = 0; index < 8; index++) owners.push((await newAccount()).email);
  // Several, because one address gets five mails per hour.
  const reset = (email: () => string) => () => requestPasswordReset(here.site, { email: email() }, client());
  const up = (email: () => string) => () => signUp(here.site, account(email()), client());
  await here.database.owner.rateLimit.deleteMany();
  for (const attempt of [reset, up]) {
    const rounds = 24;
    const [left, right] = await timesOf([attempt(cycle(owners)), attempt(newEmail)], rounds);
    // By chance, 24 against 24 equal ones lie outside this interval once in 50,000 times (Mann-Whitney).
    expect(shareLonger(left!, right!)).toBeGreaterThan(0.15);
    expect(shareLonger(left!, right!)).toBeLessThan(0.85);
    await here.database.owner.rateLimit.deleteMany();
  }
});

function cycle(list: readonly string[]): () => string {
  let index = 0;
  return () => list[index++ % list.length]!;
}

test('a changed address is confirmed by a link, and the old one is told before and after', async () => {
  const { email, viewer } = await newAccount();
  const next = newEmail();
  const input = { email: next, password: PASSWORD };
  await expect(
    requestAddressChange(here.site, { ...input, password: 'wrong' }, viewer),
  ).rejects.toMatchObject({
    fields: { password: expect.any(String) },
  });
  await requestAddressChange(here.site, input, viewer);
  expect((await server.next(email)).parsed.text).toContain(next);
  const token = await tokenOf(next, '/account/address');
  expect(await users(next)).toEqual([]);
  await requestSignInLink(here.site, { email, next: '/' }, client());
  const old = await tokenOf(email, '/sign-in/link/open');

  await here.database.owner.mailOptOut.create({ data: { email, kind: 'dates' } });
  expect(await confirmAddress(here.site, token)).toBe(next);
  expect(await here.database.owner.mailOptOut.findMany({ where: { email: next } })).toMatchObject([
    { kind: 'dates' },
  ]);
  expect(await users(email)).toEqual([]);
  await signIn(here.site, { email: next, password: PASSWORD }, client());
  await expect(signInByLink(here.site, old)).rejects.toMatchObject(isGone);
  expect((await server.next(email)).parsed.subject).toBe('The address of your Heldout account was changed');
});

test('asking for an address that has an account tells only its owner', async () => {
  const [mine, theirs] = [await newAccount(), await newAccount()];
  await requestAddressChange(here.site, { email: theirs.email, password: PASSWORD }, mine.viewer);
  expect((await server.next(theirs.email)).parsed.subject).toBe('You already have a Heldout account');
});

test('one address gets five mails an hour, from all askers together', async () => {
  const email = newEmail();
  const ask = () => requestPasswordReset(here.site, { email }, client());
  for (let index = 0; index < 5; index++) await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  here.setNow(new Date(Date.now() + HOUR_MS + 1000));
  await ask();
});

test('a site without mail says so instead of promising a link', async () => {
  const off = { ...here.site, environment: { ...here.site.environment, mail: null } };
  await expect(requestPasswordReset(off, { email: newEmail() }, client())).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('can’t send mail'),
  });
});
