import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { startSession } from '#lib/site/accounts/sessions.ts';
import { type SignedIn, signIn } from '#lib/site/accounts/sign-in.ts';
import {
  hasSecondFactor,
  passSecondFactor,
  pendingSignIn,
  readSecret,
} from '#lib/site/accounts/two-factor/second-factor.ts';
import {
  confirmSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  startSecondFactor,
} from '#lib/site/accounts/two-factor/set-up.ts';
import { totpCode, totpStep } from '#lib/site/accounts/two-factor/totp.ts';
import { findSessionViewer } from '#lib/site/accounts/viewer.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

const PASSWORD = 'correct horse battery';
const STEP_MS = 30_000;

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
beforeEach(() => here.setNow(null));
afterAll(() => here.close());

const client = () => ({ address: unique('address') });

async function newOwner() {
  const { id, email } = await signUpAccount(here.site, PASSWORD);
  const signedIn = () => signIn(here.site, { email, password: PASSWORD }, client());
  const viewer = (await findSessionViewer(
    here.site,
    await startSession(here.site, await signedIn(), 'Firefox'),
  ))!;
  const code = async () => {
    const { totpSecret } = await here.database.owner.user.findUniqueOrThrow({ where: { id } });
    return totpCode(readSecret(here.site, totpSecret!)!, totpStep(here.site.now()));
  };
  return { id, email, viewer, signedIn, code };
}

async function newProtected() {
  const owner = await newOwner();
  await startSecondFactor(here.site, { password: PASSWORD }, owner.viewer);
  const codes = await confirmSecondFactor(here.site, { code: await owner.code() }, owner.viewer);
  // The code that was just used up doesn't count again.
  const later = new Date(Date.now() + 2 * STEP_MS);
  here.setNow(later);
  const enter = (user: SignedIn, code: string) =>
    passSecondFactor(here.site, pendingSignIn(here.site, user), { code });
  return { ...owner, codes, enter };
}

test('an account without a confirmed second factor signs in as before', async () => {
  const { id, viewer, signedIn } = await newOwner();
  await expect(startSecondFactor(here.site, { password: 'wrong' }, viewer)).rejects.toMatchObject({
    code: 'INVALID',
  });
  await startSecondFactor(here.site, { password: PASSWORD }, viewer);
  await expect(confirmSecondFactor(here.site, { code: '000000' }, viewer)).rejects.toMatchObject({
    fields: { code: expect.stringContaining('current code') },
  });
  expect(await hasSecondFactor(here.site, id)).toBe(false);
  await startSession(here.site, await signedIn(), 'Firefox');
});

test('no session starts with the password alone, and a code works once', async () => {
  const { signedIn, code, enter } = await newProtected();
  await expect(startSession(here.site, await signedIn(), 'Firefox')).rejects.toMatchObject({
    code: 'NOT_SIGNED_IN',
  });
  await expect(enter(await signedIn(), '12345')).rejects.toMatchObject({
    fields: { code: expect.any(String) },
  });
  const right = await code();
  await startSession(here.site, await enter(await signedIn(), right), 'Firefox');
  await expect(enter(await signedIn(), right)).rejects.toMatchObject({ code: 'INVALID' });
});

test('a recovery code works once', async () => {
  const { codes, enter, signedIn } = await newProtected();
  expect(new Set(codes).size).toBe(10);
  await enter(await signedIn(), codes[0]!.toUpperCase());
  await expect(enter(await signedIn(), codes[0]!)).rejects.toMatchObject({ code: 'INVALID' });
  await enter(await signedIn(), codes[1]!.replace('-', ''));
});

test('neither the secret nor a recovery code stands in the database', async () => {
  const { id, codes } = await newProtected();
  const include = { recoveryCodes: true };
  const user = await here.database.owner.user.findUniqueOrThrow({ where: { id }, include });
  const secret = Buffer.from(readSecret(here.site, user.totpSecret!)!);
  expect(Buffer.from(user.totpSecret!).includes(secret)).toBe(false);
  expect(JSON.stringify(user)).not.toContain(codes[0]!.replace('-', ''));
});

test('wrong codes are slowed down', async () => {
  const { enter, signedIn } = await newProtected();
  const user = await signedIn();
  const results = [];
  for (let index = 0; index < 7; index++)
    results.push(await enter(user, '000000').catch((error) => error.code));
  expect(results.slice(0, 5)).toEqual(Array(5).fill('INVALID'));
  expect(results.at(-1)).toBe('TOO_MANY_ATTEMPTS');
});

test('a token by password needs the code too', async () => {
  const { email, code } = await newProtected();
  const input = { email, password: PASSWORD, name: 'laptop' };
  await expect(createApiToken(here.site, input, client())).rejects.toMatchObject({
    fields: { code: expect.any(String) },
  });
  await createApiToken(here.site, { ...input, code: await code() }, client());
});

test('new recovery codes replace the old ones, with the password and a code', async () => {
  const { viewer, code, codes, enter, signedIn } = await newProtected();
  const renew = (input: object) =>
    renewRecoveryCodes(here.site, { password: PASSWORD, code: codes[0], ...input }, viewer);
  await expect(renew({ password: 'wrong' })).rejects.toMatchObject({ code: 'INVALID' });
  await expect(renew({ code: '000000' })).rejects.toMatchObject({ fields: { code: expect.any(String) } });
  const renewed = await renew({});
  expect(new Set([...codes, ...renewed]).size).toBe(20);
  await expect(enter(await signedIn(), codes[1]!)).rejects.toMatchObject({ code: 'INVALID' });
  await enter(await signedIn(), renewed[0]!);
  await renew({ code: await code() });
});

test('it is turned off with the password and a code', async () => {
  const { id, viewer, code, signedIn } = await newProtected();
  const remove = (typed: string) =>
    removeSecondFactor(here.site, { password: PASSWORD, code: typed }, viewer);
  await expect(remove('000000')).rejects.toMatchObject({ code: 'INVALID' });
  await remove(await code());
  expect(await hasSecondFactor(here.site, id)).toBe(false);
  await startSession(here.site, await signedIn(), 'Firefox');
});

test('where the site requires it, organizers and administrators without one have only the rights of others', async () => {
  const strict = {
    ...here.site,
    environment: { ...here.site.environment, secondFactor: 'organizers' as const },
  };
  const { id, signedIn, viewer } = await newOwner();
  await here.database.owner.user.update({ where: { id }, data: { isAdmin: true } });
  const cookie = await startSession(here.site, await signedIn(), 'Firefox');
  const mayCreate = async (site: typeof here.site) =>
    may('challenge.create', await findSessionViewer(site, cookie));
  expect([await mayCreate(here.site), await mayCreate(strict)]).toEqual([true, false]);
  const challenge = { organizers: [{ userId: id, role: 'OWNER' as const }] };
  const lacking = await findSessionViewer(strict, cookie);
  expect(may('console.read', lacking, { challenge })).toBe(false);
  // Not “not found” or “forbidden”: they may once they have one.
  const needed = expect.objectContaining({ code: 'SECOND_FACTOR_NEEDED' });
  expect(() => authorize('console.read', lacking, { challenge })).toThrow(needed);
  expect(() => authorize('challenge.create', lacking)).toThrow(needed);
  const others = { organizers: [] };
  await here.database.owner.user.update({ where: { id }, data: { isAdmin: false } });
  const organizer = await findSessionViewer(strict, cookie);
  expect(() => authorize('console.read', organizer, { challenge: others })).toThrow(/organizers of this/);
  await here.database.owner.user.update({ where: { id }, data: { isAdmin: true } });
  await startSecondFactor(strict, { password: PASSWORD }, viewer);
  const { totpSecret } = await here.database.owner.user.findUniqueOrThrow({ where: { id } });
  const code = totpCode(readSecret(strict, totpSecret!)!, totpStep(strict.now()));
  await confirmSecondFactor(strict, { code }, viewer);
  expect(await mayCreate(strict)).toBe(true);
});
