import { expect, type Page, test } from '@playwright/test';
import {
  at,
  joinWithTeam,
  newPerson,
  newTeamName,
  SUBMIT_PAGE,
  signUp,
  submit,
} from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

const ENTRY = { phase: 'Rehearsal', algorithm: 'empty mask 1.0' };

/** How many submissions the quota of the team counts, as its submit page shows it. */
async function usedQuota(page: Page): Promise<number> {
  await page.goto(at(SUBMIT_PAGE));
  const left = /Phase: (\d+) of (\d+) left/.exec(await page.getByRole('main').innerText());
  return Number(left?.[2]) - Number(left?.[1]);
}

/** Sends requests to the site, but loses the first answers. */
async function loseAnswers(page: Page, address: string, count: number): Promise<() => number> {
  let requests = 0;
  await page.route(address, async (route) => {
    requests += 1;
    if (requests > count) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  return () => requests;
}

test('if the answer to a submission is lost, the page asks again and finds the submission, which counts once', async ({
  page,
}) => {
  await joinWithTeam(page, newTeamName());
  const requests = await loseAnswers(page, '**/api/v1/submissions', 1);
  await submit(page, { ...ENTRY, archive: served().smallImage });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/);
  expect(requests()).toBe(2);
  expect(await usedQuota(page)).toBe(1);
});

test('while the site doesn’t answer, the page doesn’t claim that nothing was submitted; after a reload, the same submission counts once', async ({
  page,
}) => {
  await joinWithTeam(page, newTeamName());
  await loseAnswers(page, '**/api/v1/submissions', 3);
  const archive = served().smallImage;
  await submit(page, { ...ENTRY, archive });
  await expect(page.getByText('this page can’t tell whether they were submitted')).toBeVisible({
    timeout: 30_000,
  });
  await page.reload();
  await submit(page, { ...ENTRY, archive });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/);
  expect(await usedQuota(page)).toBe(1);
});

test('the same submission from two tabs at once counts once', async ({ page, context }) => {
  const archive = served().smallImage;
  await joinWithTeam(page, newTeamName());
  const other = await context.newPage();
  await other.goto(at(SUBMIT_PAGE));
  // Both have their keys before either succeeds.
  let arrived = 0;
  const both = Promise.withResolvers<void>();
  await context.route('**/api/v1/submissions', async (route) => {
    arrived += 1;
    if (arrived === 2) both.resolve();
    await both.promise;
    await route.continue();
  });
  await Promise.all([submit(page, { ...ENTRY, archive }), submit(other, { ...ENTRY, archive })]);
  for (const tab of [page, other]) await tab.waitForURL(/\/submissions\/[0-9a-f-]{36}$/);
  expect(other.url()).toBe(page.url());
  expect(await usedQuota(page)).toBe(1);
});

test('a form that is sent twice creates one team, and can be sent again with other values', async ({
  page,
}) => {
  await signUp(page, newPerson(), SUBMIT_PAGE);
  const [first, second] = [newTeamName(), newTeamName()];
  const target = `/teams/new?next=/challenges/${CHALLENGE}/submit`;
  await page.goto(at(target));
  const key = page.locator('input[name="idempotency-key"]');
  const used = await key.inputValue();
  const create = async (name: string) => {
    await page.getByLabel('Team name').fill(name);
    await page.getByRole('button', { name: 'Create team' }).click();
  };
  await create(first);
  await expect(page.getByRole('heading', { name: `Register ${first}` })).toBeVisible();

  // The same form again, as a second tab would send it.
  await page.goto(at(target));
  await key.evaluate((input: HTMLInputElement, value) => {
    input.value = value;
  }, used);
  await create(first);
  await expect(page.getByRole('heading', { name: `Register ${first}` })).toBeVisible();

  await page.goto(at(target));
  await key.evaluate((input: HTMLInputElement, value) => {
    input.value = value;
  }, used);
  await create(second);
  await expect(page.getByText('This form was sent before with other values')).toBeVisible();
  await page.getByRole('button', { name: 'Create team' }).click();
  await expect(page.getByRole('heading', { name: `Register ${second}` })).toBeVisible();
});
