import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { shareLonger, timesOf } from '#test/support/site/compare-times.ts';
import { unique } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
});
afterAll(() => here.close());

const newClient = () => ({ address: unique('address') });
const newEmail = () => `${unique('new')}@example.org`;

test('signing up with a taken address changes nothing about the account', async () => {
  const { id, email } = await signUpAccount(here.site, PASSWORD);
  const before = await here.database.owner.user.findUniqueOrThrow({ where: { id } });
  const input = { name: 'Eve', email: email.toUpperCase(), password: 'another password' };
  await expect(signUp(here.site, input, newClient())).resolves.toBeUndefined();
  expect(await here.database.owner.user.findMany({ where: { email } })).toEqual([before]);
  await expect(signIn(here.site, { email, password: PASSWORD }, newClient())).resolves.toMatchObject({
    userId: id,
  });
});

test('the API answers the same for a taken address and for a new one', async () => {
  const { email } = await signUpAccount(here.site, PASSWORD);
  const api = new CheckedApi(ORIGIN);
  const answers = [];
  for (const address of [email, newEmail()]) {
    const json = { name: 'Eve', email: address, password: PASSWORD };
    const { response, text } = await api.answer('signUp', { json });
    answers.push({ status: response.status, headers: [...response.headers], text });
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.status).toBe(202);
});

test('the time that a sign-up or a sign-in takes does not tell whether the address has an account', async () => {
  const { email } = await signUpAccount(here.site, PASSWORD);
  const up = (address: string) => () =>
    signUp(here.site, { name: 'Eve', email: address, password: PASSWORD }, newClient());
  const wrong = (address: string) => () =>
    signIn(here.site, { email: address, password: 'wrong' }, newClient()).catch(() => undefined);
  const rounds = 40;
  for (const [taken, free] of [
    await timesOf([up(email), () => up(newEmail())()], rounds),
    await timesOf([wrong(email), wrong(newEmail())], rounds),
  ] as [number[], number[]][]) {
    // By chance, 40 against 40 equal ones lie outside this interval once in 50,000 times (Mann-Whitney).
    expect(shareLonger(taken, free)).toBeGreaterThan(0.22);
    expect(shareLonger(taken, free)).toBeLessThan(0.78);
  }
});

test('one network address can sign up a hundred accounts in an hour', async () => {
  const client = newClient();
  const start = Date.now();
  here.setNow(new Date(start));
  const attempt = () => signUp(here.site, { name: 'Eve', email: newEmail(), password: PASSWORD }, client);
  const results = await Promise.allSettled(Array.from({ length: 102 }, attempt));
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  expect(codes).toEqual(['TOO_MANY_ATTEMPTS', 'TOO_MANY_ATTEMPTS']);
  here.setNow(new Date(start + 3600_000));
  await attempt();
  here.setNow(null);
});
