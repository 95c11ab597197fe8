import { type Browser, expect, type Page, request, test } from '@playwright/test';
import {
  at,
  newPerson,
  newTeamName,
  type Person,
  sendSignUp,
  signIn,
  signUpByForm,
} from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';

/** A browser of its own that is signed in. */
async function newBrowser(browser: Browser, person: Person): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, person);
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
  return page;
}

/** What the cookies of a browser are worth for programs: the status of a page and of a route of the API. */
async function worthOf(cookies: { name: string; value: string }[]): Promise<{ page: number; api: number }> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const headers = { cookie, origin: served().url };
  const program = await request.newContext();
  const page = await program.get(at('/account'), { headers, maxRedirects: 0 });
  const api = await program.post(at('/api/v1/teams'), { headers, data: { name: newTeamName() } });
  await program.dispose();
  return { page: page.status(), api: api.status() };
}

const SIGNED_IN = { page: 200, api: 201 };
const SIGNED_OUT = { page: 307, api: 401 };

test('after signing out, the old cookie opens no page and no route', async ({ page }) => {
  await signUpByForm(page, newPerson());
  const cookies = await page.context().cookies();
  expect(await worthOf(cookies)).toEqual(SIGNED_IN);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
  expect(await worthOf(cookies)).toEqual(SIGNED_OUT);
});

test('a new password signs out every other browser', async ({ page, browser }) => {
  const person = newPerson();
  await signUpByForm(page, person);
  const other = await newBrowser(browser, person);
  const cookies = await other.context().cookies();
  await page.goto(at('/account'));
  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill('a new password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('This isn’t the password of your account.')).toBeVisible();
  await expect(page.getByLabel('Current password')).toBeFocused();
  expect(await worthOf(cookies)).toEqual(SIGNED_IN);

  await page.getByLabel('Current password').fill(person.password);
  await page.getByLabel('New password').fill('a new password');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed. All other browsers are signed out.')).toBeVisible();
  expect(await worthOf(cookies)).toEqual(SIGNED_OUT);
  await page.reload();
  await expect(page.getByRole('row', { name: /this browser/ })).toHaveCount(1);
  await newBrowser(browser, { ...person, password: 'a new password' });
});

test('the account page signs out another browser, or all of them after a question', async ({
  page,
  browser,
}) => {
  const person = newPerson();
  await signUpByForm(page, person);
  const others = [await newBrowser(browser, person), await newBrowser(browser, person)];
  await page.goto(at('/account'));
  const rows = page.getByRole('table', { name: 'Browsers that are signed in' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await rows.filter({ hasNotText: 'this browser' }).nth(1).getByRole('button', { name: 'Sign out' }).click();
  await expect(rows).toHaveCount(3);
  const worth = await Promise.all(others.map(async (other) => worthOf(await other.context().cookies())));
  expect(worth.filter(({ api }) => api === SIGNED_OUT.api)).toHaveLength(1);

  const cookies = await page.context().cookies();
  await page.getByText('Sign out everywhere').click();
  await expect(page.getByText('Sign out all 2 browsers, including this one?')).toBeVisible();
  expect(await worthOf(cookies)).toEqual(SIGNED_IN);
  await page.getByRole('button', { name: 'Sign out all browsers' }).click();
  await expect(page).toHaveURL(at('/sign-in'));
  for (const one of [page, ...others])
    expect(await worthOf(await one.context().cookies())).toEqual(SIGNED_OUT);
  expect(await worthOf(cookies)).toEqual(SIGNED_OUT);
});

test('signing up leads to the same page whether or not the address has an account', async ({
  page,
  browser,
}) => {
  const person = newPerson();
  await sendSignUp(page, person);
  const texts = [await page.getByRole('main').innerText()];
  expect(texts[0]).toContain(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(at('/teams/new'));

  const stranger = await (await browser.newContext()).newPage();
  await sendSignUp(stranger, { name: 'Somebody Else', email: person.email, password: 'another password' });
  texts.push(await stranger.getByRole('main').innerText());
  expect(texts[1]).toBe(texts[0]);
  expect(new URL(stranger.url()).search).toBe(new URL(at('/sign-in?next=%2Fteams%2Fnew')).search);
  await stranger.getByLabel('Password').fill('another password');
  await stranger.getByRole('button', { name: 'Sign in' }).click();
  await expect(stranger.getByText('The email address or password is wrong.')).toBeVisible();
});

test('a browser that has signed in before signs in at once while others guess', async ({ page }) => {
  const person = newPerson();
  await signUpByForm(page, person);
  const rival = await request.newContext();
  const guess = async (index: number) => {
    const headers = {
      'x-forwarded-for': `198.51.100.${index}`,
      'x-heldout-remote-address': `203.0.113.${index}`,
    };
    const data = { email: person.email, password: 'wrong', name: 'guess' };
    return (await rival.post(at('/api/v1/tokens'), { headers, data })).status();
  };
  const statuses: number[] = [];
  while (statuses.length < 12 && !statuses.includes(429)) statuses.push(await guess(statuses.length));
  await rival.dispose();
  // A forged address per request gains nothing.
  expect(statuses.slice(0, 5)).toEqual(Array(5).fill(401));
  expect(statuses.at(-1)).toBe(429);

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
  await signIn(page, person);
  await expect(page.getByRole('link', { name: person.name })).toBeVisible();
});
