import { expect, type Page, test } from '@playwright/test';
import { leaderboardViewSchema } from '#lib/api/leaderboards/leaderboards.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, signIn } from '#test/support/browser/people.ts';
import { CHALLENGE, FIRST_TEAM } from '#test/support/browser/served.ts';

/** The first team's submission to the hidden phase, which shows its teams single cases: five empty masks. */
async function firstSubmission(page: Page): Promise<string> {
  const answer = await page.request.get(at(`/api/v1/challenges/${CHALLENGE}/phases/test/leaderboard`));
  const { entries } = leaderboardViewSchema.parse(await answer.json());
  return entries.find(({ teamName }) => teamName === FIRST_TEAM.team)!.submissionId;
}

async function openAsTeam(page: Page): Promise<string> {
  await signIn(page, FIRST_TEAM.person);
  await expect(page.getByRole('link', { name: FIRST_TEAM.person.name })).toBeVisible();
  const id = await firstSubmission(page);
  await page.goto(at(`/submissions/${id}`));
  return id;
}

test('a team sees the distribution of each metric and marks a case in all lanes', async ({ page }) => {
  const id = await openAsTeam(page);
  const figure = page.locator('figure.distribution');
  await expect(figure).toContainText('under pseudonymous case IDs');
  await expect(figure.getByText('n = 5')).toHaveCount(4);
  // Five cases in four lanes.
  await expect(page.locator('.case-dot')).toHaveCount(20);
  const slider = page.getByRole('slider', { name: 'from worst Dice' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.case-dot.marked')).toHaveCount(4);
  await expect(slider).toHaveAttribute('aria-valuetext', /^Case [0-9a-f]{4}: Dice 0\.000, /);
  await expectSound(page);

  const answer = await page.request.get(at(`/api/v1/submissions/${id}`));
  const { evaluation } = (await answer.json()) as SubmissionView;
  expect(evaluation.caseDisclosure).toBe('PSEUDONYMOUS');
  expect(evaluation.caseScores.map(({ metrics }) => metrics['dice'])).toEqual([0, 0, 0, 0, 0]);
});

test('the table of cases can be sorted with the keyboard', async ({ page }) => {
  await openAsTeam(page);
  const table = page.getByRole('region', { name: /Table 2/ }).getByRole('table');
  await expect(table.getByRole('row')).toHaveCount(6);
  const ids = () => table.getByRole('rowheader').allTextContents();
  const initial = await ids();
  expect(initial).toEqual(initial.toSorted());
  const heading = table.getByRole('columnheader', { name: /^Case/ });
  await heading.getByRole('link').focus();
  await page.keyboard.press('Enter');
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  expect(await ids()).toEqual(initial.toReversed());
});

test('on a phone in dark mode the figure fits and passes axe', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 900 });
  await openAsTeam(page);
  await expect(page.locator('.case-dot')).toHaveCount(20);
  await expectSound(page);
});

test('a visitor sees the scores of the submission, but no case of its hidden phase', async ({ page }) => {
  await page.goto(at(`/submissions/${await firstSubmission(page)}`));
  await expect(page.getByRole('row', { name: /^Dice/ })).toBeVisible();
  await expect(page.locator('figure.distribution')).toHaveCount(0);
  await expect(page.getByText('Table 2')).toHaveCount(0);
});
