import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '#lib/platform/database.ts';
import type { Client } from '#lib/site/accounts/client.ts';
import { rememberDevice } from '#lib/site/accounts/known-device.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import type { Site } from '#lib/site/site.ts';
import { signUpAccount } from '#test/support/site/accounts.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Wrong passwords slow further attempts down. They never lock an account, and never its owner's own browser. */
const PASSWORD = 'correct horse battery';

let here: TestSite;
/** A second site process on the same database. */
let other: Site;
let now: number;
beforeAll(async () => {
  here = await openTestSite();
  other = { ...here.site, db: openDatabase(here.database.siteUrl) };
  now = Date.now();
  here.setNow(new Date(now));
});
afterAll(async () => {
  await other.db.$disconnect();
  await here.close();
});

const newClient = (): Client => ({ address: unique('address') });
const newAccount = () => signUpAccount(here.site, PASSWORD);

function wait(seconds: number): void {
  now += seconds * 1000;
  here.setNow(new Date(now));
}

/** The code of the refusal; null if the sign-in succeeded. */
async function attempt(email: string, client: Client, password = 'wrong', site = here.site) {
  return signIn(site, { email, password }, client).then(
    () => null,
    (error: { code: string; message: string }) => error,
  );
}

async function codesOf(attempts: readonly Promise<{ code: string } | null>[]) {
  return (await Promise.all(attempts)).map((refusal) => refusal?.code ?? 'success').sort();
}

test('after twelve wrong passwords from one address, the owner signs in at once from another', async () => {
  const { email } = await newAccount();
  const rival = newClient();
  const codes = await codesOf(Array.from({ length: 12 }, () => attempt(email, rival)));
  expect(codes).toEqual([...Array(5).fill('NOT_SIGNED_IN'), ...Array(7).fill('TOO_MANY_ATTEMPTS')]);
  expect(await attempt(email, newClient(), PASSWORD)).toBeNull();
});

test('parallel attempts through two site processes get no more than through one', async () => {
  const { email } = await newAccount();
  const rival = newClient();
  const codes = await codesOf(
    Array.from({ length: 20 }, (_, index) => attempt(email, rival, 'wrong', index % 2 ? other : here.site)),
  );
  expect(codes).toEqual([...Array(5).fill('NOT_SIGNED_IN'), ...Array(15).fill('TOO_MANY_ATTEMPTS')]);
});

test('the delay at an address doubles from a second to 15 minutes, and a refused attempt does not extend it', async () => {
  const { email } = await newAccount();
  const client = newClient();
  for (let count = 0; count < 5; count++)
    expect(await attempt(email, client)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  for (const delay of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    wait(delay - 0.5);
    for (let count = 0; count < 3; count++) {
      const refusal = await attempt(email, client, PASSWORD);
      expect(refusal).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
      expect(refusal?.message).toContain('Try again in 1 second.');
    }
    wait(0.5);
    expect(await attempt(email, client)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  }
  wait(900);
  expect(await attempt(email, client, PASSWORD)).toBeNull();
  // The right password has cleared the count.
  expect(await attempt(email, client)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  expect(await attempt(email, client, PASSWORD)).toBeNull();
});

/** Wrong passwords from as many addresses as it takes, as a botnet sends them. */
async function attack(email: string, attempts: number): Promise<{ guesses: number; refused: number }> {
  const codes = await codesOf(Array.from({ length: attempts }, () => attempt(email, newClient())));
  const guesses = codes.filter((code) => code === 'NOT_SIGNED_IN').length;
  return { guesses, refused: attempts - guesses };
}

test('guesses from many addresses slow an account down, and never a browser that has signed in before', async () => {
  const { id, email } = await newAccount();
  const { passwordHash } = await signIn(here.site, { email, password: PASSWORD }, newClient());
  const deviceCookie = rememberDevice(here.site, undefined, { id, passwordHash });

  expect(await attack(email, 80)).toEqual({ guesses: 50, refused: 30 });
  const stranger = await attempt(email, newClient(), PASSWORD);
  expect(stranger).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  expect(stranger?.message).toContain('A browser with which you have signed in before need not wait.');
  // The owner's browser, also from the attacker's own address and through the other process.
  for (const site of [here.site, other]) {
    const client = { ...newClient(), deviceCookie };
    expect(await attempt(email, client, 'mistyped', site)).toMatchObject({ code: 'NOT_SIGNED_IN' });
    expect(await attempt(email, client, PASSWORD, site)).toBeNull();
  }
  // A second later, the next guess of anybody is taken: the account is slow, and not locked.
  wait(1);
  expect(await attempt(email, newClient(), PASSWORD)).toBeNull();
});

test('a botnet gets fewer than 2,000 guesses a day at one account', async () => {
  const { email } = await newAccount();
  let guesses = 0;
  const end = now + 86_400_000;
  // As fast as it is let: the message says in how many seconds the next guess is possible.
  while (now < end) {
    const refusal = await attempt(email, newClient());
    if (refusal?.code === 'NOT_SIGNED_IN') guesses++;
    else wait(Number(/(\d+) second/.exec(refusal?.message ?? '')?.[1] ?? 60));
    // The rest of the day goes on at the slowest rate, one guess a minute.
    if (guesses === 400) break;
  }
  const minutesLeft = (end - now) / 60_000;
  expect(guesses + minutesLeft).toBeLessThan(2000);
});

test('a device cookie that is forged, of another account, or from before a new password counts for nothing', async () => {
  const { id, email } = await newAccount();
  const { passwordHash } = await signIn(here.site, { email, password: PASSWORD }, newClient());
  const real = rememberDevice(here.site, undefined, { id, passwordHash });
  const rival = await newAccount();
  const rivalUser = await signIn(here.site, { email: rival.email, password: PASSWORD }, newClient());
  const ofRival = rememberDevice(here.site, undefined, {
    id: rival.id,
    passwordHash: rivalUser.passwordHash,
  });
  const [, nonce, signature] = ofRival.split('.');
  const oldPassword = rememberDevice(here.site, undefined, { id, passwordHash: `${passwordHash}x` });

  await attack(email, 60);
  for (const deviceCookie of [
    ofRival,
    `${id}.${nonce}.${signature}`,
    real.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    oldPassword,
    `${real.slice(0, 40)}~`.repeat(5000),
    `${'~'.repeat(6)}${real}`,
    '',
  ]) {
    const refusal = await attempt(email, { ...newClient(), deviceCookie }, PASSWORD);
    expect(refusal, deviceCookie.slice(0, 120)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  }
  expect(await attempt(email, { ...newClient(), deviceCookie: real }, PASSWORD)).toBeNull();
});

test('a known browser that guesses is slowed down by itself, and nobody else with it', async () => {
  const { id, email } = await newAccount();
  const { passwordHash } = await signIn(here.site, { email, password: PASSWORD }, newClient());
  const deviceCookie = rememberDevice(here.site, undefined, { id, passwordHash });
  const codes = await codesOf(
    Array.from({ length: 12 }, () => attempt(email, { ...newClient(), deviceCookie })),
  );
  expect(codes).toEqual([...Array(5).fill('NOT_SIGNED_IN'), ...Array(7).fill('TOO_MANY_ATTEMPTS')]);
  expect(await attempt(email, newClient(), PASSWORD)).toBeNull();
});

test('one browser is known to several accounts, and keeps its entry for each', async () => {
  const [first, second] = [await newAccount(), await newAccount()];
  let deviceCookie: string | undefined;
  for (const { id, email } of [first, second, first]) {
    const { passwordHash } = await signIn(here.site, { email, password: PASSWORD }, newClient());
    deviceCookie = rememberDevice(here.site, deviceCookie, { id, passwordHash });
  }
  expect(deviceCookie?.split('~')).toHaveLength(2);
  for (const { email } of [first, second]) {
    await attack(email, 55);
    expect(await attempt(email, { ...newClient(), deviceCookie }, PASSWORD)).toBeNull();
  }
});

test('wrong passwords from one address for many accounts slow down only that address', async () => {
  const { email } = await newAccount();
  const address = newClient();
  for (let count = 0; count < 50; count++) {
    expect(await attempt(`guess-${count}@example.org`, address)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  }
  expect(await attempt(email, address, PASSWORD)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  expect(await attempt(email, newClient(), PASSWORD)).toBeNull();
  wait(1);
  expect(await attempt(email, address, PASSWORD)).toBeNull();
});

test('an address without an account is slowed down like one with an account', async () => {
  const { email } = await newAccount();
  const nobody = `${unique('nobody')}@example.org`;
  const answers = [];
  for (const address of [email, nobody]) {
    const client = newClient();
    const refusals = [];
    for (let count = 0; count < 8; count++) {
      const refusal = await attempt(address, client);
      refusals.push([refusal?.code, refusal?.message]);
    }
    answers.push(refusals);
  }
  expect(answers[0]).toEqual(answers[1]);
});

test('a successful sign-in uses up no attempts', async () => {
  const { email } = await newAccount();
  const client = newClient();
  for (let count = 0; count < 12; count++) expect(await attempt(email, client, PASSWORD)).toBeNull();
});
