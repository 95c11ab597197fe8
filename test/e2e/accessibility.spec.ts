import { expect, test } from '@playwright/test';
import { expectSound, expectSoundAt } from '#test/support/browser/axe.ts';
import {
  at,
  joinWithTeam,
  newPerson,
  newTeamName,
  SUBMIT_PAGE,
  signInAsOrganizer,
  signUp,
} from '#test/support/browser/people.ts';
import { CHALLENGE } from '#test/support/browser/served.ts';

const OPEN_PAGES = [
  '/',
  '/sign-in',
  '/sign-up',
  `/challenges/${CHALLENGE}`,
  `/challenges/${CHALLENGE}/evaluation`,
  `/challenges/${CHALLENGE}/leaderboard`,
];
const WIDTHS = [1440, 768, 390];

for (const colorScheme of ['light', 'dark'] as const) {
  test(`public pages pass axe and fit the screen, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of OPEN_PAGES) {
      await page.goto(at(path));
      await expectSoundAt(page, WIDTHS);
    }
  });
}

test('the account page passes axe and fits the screen', async ({ page }) => {
  await signUp(page, newPerson());
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(at('/account'));
    await page.getByText('Sign out everywhere').click();
    await expectSoundAt(page, WIDTHS);
  }
});

test('the submit page and the organizers’ console pass axe', async ({ page, browser }) => {
  await joinWithTeam(page, newTeamName());
  await expectSound(page);
  await page.goto(at(SUBMIT_PAGE));
  await page.goto(at(`/challenges/${CHALLENGE}/submissions`));
  await expectSound(page);
  const console = await (await browser.newContext()).newPage();
  await signInAsOrganizer(console);
  for (const path of [
    '',
    '/submissions',
    '/submissions?state=FAILED&q=nothing',
    '/queue',
    '/registrations',
    '/audit',
  ]) {
    await console.goto(at(`/organize/${CHALLENGE}${path}`));
    await expectSoundAt(console, WIDTHS);
  }
});

test('the leaderboard can be sorted with the keyboard', async ({ page }) => {
  await page.goto(at(`/challenges/${CHALLENGE}/leaderboard?phase=test`));
  const head = page.getByRole('columnheader').filter({ has: page.getByRole('link') });
  await head.last().getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sort=/);
  await expect(page.locator('th[aria-sort]:not([aria-sort="none"])')).toHaveCount(1);
});
