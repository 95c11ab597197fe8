import { expect, test } from '@playwright/test';
import { leaderboardViewSchema } from '#lib/api/leaderboards/leaderboards.ts';
import {
  at,
  createTeamByForm,
  newPerson,
  newTeamName,
  signInAsOrganizer,
  signUpByForm,
  submit,
} from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

const EVALUATION_LIMIT_MS = 90_000;

test('sign up, create a team, submit an image, follow it to the end, and appear on the leaderboard', async ({
  page,
}) => {
  test.setTimeout(150_000);
  const team = newTeamName();
  await signUpByForm(page, newPerson());
  await createTeamByForm(page, team);
  await submit(page, {
    phase: 'Hidden test',
    algorithm: 'empty mask 1.0',
    archive: served().exampleImage,
  });
  await expect(page.getByRole('progressbar', { name: 'Upload' })).toBeVisible();

  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Submission');
  // The page updates without a reload: the attribute set now is still there at the end.
  await page.evaluate(() => document.documentElement.setAttribute('data-same-page', 'yes'));
  await expect(page.getByText('5 of 5 cases', { exact: true })).toBeVisible({ timeout: EVALUATION_LIMIT_MS });
  await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: EVALUATION_LIMIT_MS });
  expect(await page.locator('html').getAttribute('data-same-page')).toBe('yes');
  const dice = page.getByRole('row', { name: /^Dice/ });
  await expect(dice.getByRole('cell').first()).toHaveText('0.000');

  await page.goto(at(`/challenges/${CHALLENGE}/leaderboard?phase=test`));
  const entry = page.getByRole('row').filter({ hasText: team });
  await expect(entry).toContainText('empty mask 1.0');
  await expect(entry).toContainText('your team');
  await expect(
    entry
      .getByRole('cell')
      .filter({ hasText: /^0\.000$/ })
      .first(),
  ).toBeVisible();

  const json = await page.request.get(at(`/api/v1/challenges/${CHALLENGE}/phases/test/leaderboard`));
  const leaderboard = leaderboardViewSchema.parse(await json.json());
  expect(leaderboard.entries.find(({ teamName }) => teamName === team)?.scores[0]?.value).toBe(0);
});

test('the organizer sees the phases and every submission', async ({ page }) => {
  await signInAsOrganizer(page);
  await page.goto(at(`/organize/${CHALLENGE}`));
  for (const phase of ['Past round', 'Rehearsal', 'Hidden test']) {
    await expect(page.getByText(phase).first()).toBeVisible();
  }
  await expect(page.getByRole('main')).toContainText('empty mask 1.0');
});

test('the organizer sees the runner’s work, health and host', async ({ page }) => {
  await signInAsOrganizer(page);
  await page.goto(at(`/organize/${CHALLENGE}`));
  const runner = page.getByRole('region', { name: 'Runners' }).getByRole('row').nth(1);
  await expect(runner.getByRole('rowheader')).toContainText('age1');
  await expect(runner).toContainText(/healthy\s*[\d.]+ [GT]B of disk free/);
  await expect(runner).toContainText(/\d+ CPUs?, [\d.]+ GiB; exec/);
  await expect(runner).toContainText('seccomp');
  await expect(runner).toContainText(/\d s ago/);
  // A runner supports every phase.
  await expect(page.getByText('no runner supports')).toHaveCount(0);
  await expect(page.getByRole('table', { name: /Table 3 \| Queue/ })).toBeVisible();
});

test('a visitor reads challenge and leaderboard without an account, and is asked to sign in to submit', async ({
  page,
}) => {
  await page.goto(at('/'));
  await page.getByRole('link', { name: 'Small lesions' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('dark cube');
  await page.goto(at(`/challenges/${CHALLENGE}/leaderboard`));
  await expect(page.getByRole('table').first()).toBeVisible();
  await page.goto(at(`/challenges/${CHALLENGE}/submit`));
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});
