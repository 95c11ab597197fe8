import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET as followSubmission } from '#app/api/v1/submissions/[id]/events/route.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { openDatabase } from '#lib/platform/database.ts';
import { accountView } from '#lib/site/accounts/account-view.ts';
import { createApiToken, createOwnApiToken } from '#lib/site/accounts/api-tokens.ts';
import { changePassword } from '#lib/site/accounts/change-password.ts';
import { endAllSessions, endOwnSession } from '#lib/site/accounts/end-sessions.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { sessionCookie } from '#lib/site/accounts/session-cookie.ts';
import { endSession, setPassword, startSession } from '#lib/site/accounts/sessions.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { findSessionViewer, requestViewer } from '#lib/site/accounts/viewer.ts';
import type { Site } from '#lib/site/site.ts';
import { signInBrowser, signUpAccount } from '#test/support/site/accounts.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
/** A second site process on the same database. */
let other: Site;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  other = { ...here.site, db: openDatabase(here.database.siteUrl) };
});
afterAll(async () => {
  await other.db.$disconnect();
  await here.close();
});

const newAccount = () => signUpAccount(here.site, PASSWORD);
const newBrowser = (email: string) => signInBrowser(here.site, email, PASSWORD);

async function viewerOf(token: string): Promise<Viewer> {
  const viewer = await findSessionViewer(here.site, token);
  if (!viewer) throw new Error('The session has ended.');
  return viewer;
}

/** Whether the cookie is a session's, in both site processes; pages and the API ask the same. */
async function isSignedIn(token: string): Promise<boolean> {
  const found = await Promise.all([here.site, other].map((site) => findSessionViewer(site, token)));
  expect(found[0] === null).toBe(found[1] === null);
  return found[0] !== null;
}

function request(method: string, headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}/api/v1/teams`, { method, headers });
}

function cookieHeader(token: string): string {
  return `other=1; ${sessionCookie(here.site.environment).name}=${token}`;
}

test('signing out ends the session in every site process, and no other session', async () => {
  const { id, email } = await newAccount();
  const [laptop, phone] = [await newBrowser(email), await newBrowser(email)];
  expect(await findSessionViewer(other, laptop)).toMatchObject({ userId: id });
  await endSession(other, laptop);
  expect(await isSignedIn(laptop)).toBe(false);
  expect(await requestViewer(here.site, request('GET', { cookie: cookieHeader(laptop) }))).toBeNull();
  expect(await isSignedIn(phone)).toBe(true);
  // A second time, from another tab.
  await endSession(here.site, laptop);
  await endSession(here.site, undefined);
});

test('a session ends after 14 days, and its row is deleted at a later sign-in', async () => {
  const { id, email } = await newAccount();
  const start = Date.now();
  const token = await newBrowser(email);
  const day = 86_400_000;
  here.setNow(new Date(start + 14 * day - 60_000));
  expect(await isSignedIn(token)).toBe(true);
  here.setNow(new Date(start + 14 * day + 60_000));
  expect(await isSignedIn(token)).toBe(false);
  await newBrowser(email);
  expect(await here.database.owner.session.count({ where: { userId: id } })).toBe(1);
  here.setNow(null);
});

test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(100_000), '%00', '{"sub":"x"}'])(
  'a cookie that is no session’s is a visitor’s: %#',
  async (token) => {
    expect(await isSignedIn(token)).toBe(false);
  },
);

test('the database contains no token of a session, and a new secret of the site ends all sessions', async () => {
  const { id, email } = await newAccount();
  const token = await newBrowser(email);
  const rows = await here.database.owner.session.findMany({ where: { userId: id } });
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(token);
  const environment = { ...here.site.environment, sessionSecret: 'another secret of some length' };
  expect(await findSessionViewer({ ...here.site, environment }, token)).toBeNull();
});

test('a new password ends all other sessions and no API token', async () => {
  const { email } = await newAccount();
  const [laptop, phone] = [await newBrowser(email), await newBrowser(email)];
  const client = { address: unique('address') };
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'program' }, client);
  const input = { current: PASSWORD, password: 'a new password' };
  await changePassword(here.site, input, await viewerOf(laptop));
  expect(await isSignedIn(laptop)).toBe(true);
  expect(await isSignedIn(phone)).toBe(false);
  const program = request('GET', { authorization: `Bearer ${token}` });
  expect(await requestViewer(here.site, program)).toMatchObject({ email });
  await expect(signIn(here.site, { email, password: PASSWORD }, client)).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
  await expect(signIn(here.site, { email, password: input.password }, client)).resolves.toMatchObject({
    email,
  });
});

test('changing the password needs the current one, and wrong ones are slowed down', async () => {
  const { email } = await newAccount();
  const [laptop, phone] = [await newBrowser(email), await newBrowser(email)];
  const viewer = await viewerOf(laptop);
  const change = (current: string, password: string) =>
    changePassword(here.site, { current, password }, viewer);
  await expect(change(PASSWORD, 'short')).rejects.toMatchObject({
    fields: { password: 'At least 10 characters.' },
  });
  const refusals = await Promise.allSettled(
    Array.from({ length: 8 }, () => change('wrong', 'a new password')),
  );
  const codes = refusals.map((result) => result.status === 'rejected' && result.reason.code).sort();
  expect(codes).toEqual([...Array(5).fill('INVALID'), ...Array(3).fill('TOO_MANY_ATTEMPTS')]);
  expect(await isSignedIn(phone)).toBe(true);
  await expect(changePassword(here.site, {}, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  // The owner's other browser isn't slowed down by it.
  await changePassword(here.site, { current: PASSWORD, password: 'a new password' }, await viewerOf(phone));
  expect(await isSignedIn(laptop)).toBe(false);
});

test('a sign-in that was checked against the old password starts no session after the change', async () => {
  const { id, email } = await newAccount();
  const user = await signIn(here.site, { email, password: PASSWORD }, { address: unique('address') });
  const passwordHash = await hashPassword('a new password');
  let late: Promise<string> | undefined;
  await here.site.db.$transaction(async (tx) => {
    await setPassword(tx, id, passwordHash);
    // Waits for the row of the user, so it is decided after this transaction.
    late = startSession(other, user, 'Firefox on Linux');
    late.catch(() => undefined);
    await expect.poll(() => waitingForLocks()).toBeGreaterThan(0);
  });
  await expect(late).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await here.database.owner.session.count({ where: { userId: id } })).toBe(0);
});

async function waitingForLocks(): Promise<number> {
  const [row] = await here.database.owner.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM pg_locks WHERE NOT granted`;
  return Number(row?.count);
}

test('signing out everywhere ends every session of the account and of no other one', async () => {
  const [{ email }, rival] = [await newAccount(), await newAccount()];
  const browsers = [await newBrowser(email), await newBrowser(email), await newBrowser(email)];
  const theirs = await newBrowser(rival.email);
  await endAllSessions(other, await viewerOf(browsers[0] as string));
  for (const token of browsers) expect(await isSignedIn(token)).toBe(false);
  expect(await isSignedIn(theirs)).toBe(true);
});

test('the account lists its sessions, and each can be ended by its owner alone', async () => {
  const [{ email }, rival] = [await newAccount(), await newAccount()];
  const [laptop, phone] = [await newBrowser(email), await newBrowser(email)];
  const viewer = await viewerOf(laptop);
  const { sessions } = await accountView(here.site, viewer);
  expect(sessions.map(({ browser, isCurrent }) => ({ browser, isCurrent }))).toEqual(
    expect.arrayContaining([
      { browser: 'Firefox on Linux', isCurrent: true },
      { browser: 'Firefox on Linux', isCurrent: false },
    ]),
  );
  const id = sessions.find(({ isCurrent }) => !isCurrent)?.id;
  const stranger = await viewerOf(await newBrowser(rival.email));
  await expect(endOwnSession(here.site, { id }, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(endOwnSession(here.site, { id }, null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await isSignedIn(phone)).toBe(true);
  await endOwnSession(here.site, { id }, viewer);
  expect(await isSignedIn(phone)).toBe(false);
  expect((await accountView(here.site, viewer)).sessions).toMatchObject([{ isCurrent: true }]);
});

test('a token that is created on the account page needs the password', async () => {
  const { email } = await newAccount();
  const viewer = await viewerOf(await newBrowser(email));
  const create = (password: string) => createOwnApiToken(here.site, { password, name: 'laptop' }, viewer);
  await expect(create('wrong')).rejects.toMatchObject({
    code: 'INVALID',
    fields: { password: 'This isn’t the password of your account.' },
  });
  const program = request('GET', { authorization: `Bearer ${await create(PASSWORD)}` });
  expect(await requestViewer(here.site, program)).toMatchObject({ email });
});

test('the session’s cookie is sent only to this host, by TLS, to no script and by no other site’s form', async () => {
  const { name, options } = sessionCookie(here.site.environment);
  expect(name).toBe('__Host-heldout.session');
  expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
});

/** An open stream of a submission's events. */
async function follow(id: string, headers: Record<string, string>): Promise<Response> {
  const address = `${ORIGIN}/api/v1/submissions/${id}/events`;
  const context = { params: Promise.resolve({ id }) };
  const response = await followSubmission(new Request(address, { headers }), context);
  expect(response.status).toBe(200);
  return response;
}

test('a stream of events ends within 15 s after its session or its token has ended', async () => {
  const scene = await newScene(here.database.owner);
  const { id: userId, email } = await newAccount();
  const { id: teamId } = await scene.team(userId);
  const submission = await here.database.owner.submission.create({
    data: {
      phaseId: scene.phaseId,
      teamId,
      userId,
      imageId: await scene.image(teamId),
      algorithm: 'threshold 1',
      evaluations: { create: { caseCount: 2 } },
    },
  });
  const session = await newBrowser(email);
  const client = { address: unique('address') };
  const token = await createApiToken(here.site, { email, password: PASSWORD, name: 'program' }, client);
  const streams = [
    await follow(submission.id, { cookie: cookieHeader(session) }),
    await follow(submission.id, { authorization: `Bearer ${token}` }),
  ];
  const start = Date.now();
  await endSession(other, session);
  await here.site.db.apiToken.deleteMany({ where: { userId } });
  // Until its end.
  await Promise.all(streams.map((stream) => stream.text()));
  expect(Date.now() - start).toBeLessThan(17_000);
});
