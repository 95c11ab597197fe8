import { expect, type Page, test } from '@playwright/test';
import { expectSound, expectSoundAt } from '#test/support/browser/axe.ts';
import { at, joinWithTeam, newTeamName, signInAsOrganizer, submit } from '#test/support/browser/people.ts';
import { CHALLENGE, served } from '#test/support/browser/served.ts';

/** An organizer at work: hold and release, drain a runner, change many submissions, exclude one, give back quota. */
const CONSOLE = `/organize/${CHALLENGE}`;
const WIDTHS = [1440, 390];

async function inspect(page: Page, path: string): Promise<void> {
  await page.goto(at(path));
  await expectSoundAt(page, WIDTHS);
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('an organizer holds and releases a team, drains the runner and lets it work again', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const organizer = await (await browser.newContext()).newPage();
  await signInAsOrganizer(organizer);
  await organizer.goto(at(CONSOLE));
  await organizer.getByRole('button', { name: /^Drain/ }).click();
  // It obeys with its next report.
  await expect(async () => {
    await organizer.reload();
    await expect(organizer.getByText(/drained by/)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });

  const name = newTeamName();
  await joinWithTeam(page, name);
  const submission = {
    phase: 'Rehearsal',
    algorithm: 'waits for a runner',
    archive: served().smallImage,
  };
  await submit(page, submission);
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });

  await organizer.goto(at(`${CONSOLE}/queue`));
  await organizer.getByRole('link', { name: `Hold the submission of ${name}` }).click();
  await organizer.getByLabel('Reason').fill('The code link is missing.');
  await organizer.getByRole('button', { name: 'Hold', exact: true }).click();
  await expect(organizer.getByText('Held. It keeps its place')).toBeVisible();
  await expect(organizer.getByRole('cell', { name: 'held', exact: true })).toBeVisible();
  await inspect(organizer, `${CONSOLE}/queue`);

  await organizer.goto(at(CONSOLE));
  await organizer.getByRole('button', { name: /^Take work again/ }).click();
  await expect(organizer.getByRole('button', { name: /^Drain/ })).toBeVisible();
  await organizer.goto(at(`${CONSOLE}/queue`));
  await organizer.getByRole('button', { name: /^Release/ }).click();
  await expect(organizer.getByText('Nothing is held.')).toBeVisible();
  await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: 90_000 });
  await inspect(organizer, CONSOLE);
});

test('an organizer cancels selected submissions, excludes one and gives its quota back', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const name = newTeamName();
  await joinWithTeam(page, name);
  await submit(page, {
    phase: 'Rehearsal',
    algorithm: 'to be excluded',
    archive: served().smallImage,
  });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(page.getByText('Every case has a score.')).toBeVisible({ timeout: 90_000 });

  const organizer = await (await browser.newContext()).newPage();
  await signInAsOrganizer(organizer);
  await organizer.goto(at(`${CONSOLE}/submissions?q=${encodeURIComponent(name)}`));
  await organizer.getByRole('button', { name: 'Cancel selected …' }).click();
  await expect(organizer.getByText('Select submissions in the table first.')).toBeVisible();
  await organizer.getByRole('checkbox').first().check();
  await organizer.getByRole('button', { name: 'Cancel selected …' }).click();
  await expect(organizer.getByText(/There is nothing to cancel. 1 of the selected stays/)).toBeVisible();
  await inspect(organizer, `${CONSOLE}/submissions`);

  await organizer.goto(page.url());
  await organizer.getByText('Exclude submission …').click();
  await organizer.getByLabel('Reason').first().fill('Trained on the test cases.');
  await organizer.getByRole('button', { name: 'Exclude submission', exact: true }).click();
  await expect(organizer.getByText('Its scores don’t count.')).toBeVisible();
  await organizer.getByText('Give back quota …').click();
  await organizer.getByLabel('Reason').first().fill('The rules were unclear.');
  await organizer.getByRole('button', { name: 'Give back quota', exact: true }).click();
  await expect(organizer.getByText('Quota given back')).toBeVisible();
  await expectSound(organizer);
  await organizer.goto(at(`${CONSOLE}/submissions?q=${encodeURIComponent(name)}`));
  await expect(organizer.getByText('excluded', { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.getByText('Trained on the test cases.').first()).toBeVisible();
  await organizer.goto(page.url());
  await organizer.getByRole('button', { name: 'Let it count again' }).click();
  await expect(organizer.getByText('Exclude submission …')).toBeVisible();
  await inspect(organizer, `${CONSOLE}/results`);
  await inspect(organizer, `${CONSOLE}/results/test`);
});
