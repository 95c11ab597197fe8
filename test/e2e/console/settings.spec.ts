import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, signInAsOrganizer } from '#test/support/browser/people.ts';
import { CHALLENGE } from '#test/support/browser/served.ts';

const SETTINGS = `/organize/${CHALLENGE}/settings`;

/** A field of the settings, which share the page with other forms. */
function setting(page: Page, label: string) {
  return page.locator('.definition').getByLabel(label, { exact: true });
}

/** Adds a phase that nobody submits to, and opens its page. Returns its slug. */
async function addPhase(page: Page): Promise<string> {
  const slug = `final-${randomUUID().slice(0, 8)}`;
  await page.goto(at(SETTINGS));
  await page.getByRole('link', { name: 'Add a phase' }).click();
  await setting(page, 'Slug').fill(slug);
  await setting(page, 'Title').fill('Final');
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('row', { name: /New phase/ })).toContainText('needs a test set');
  await page.getByRole('button', { name: 'Add this phase' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Final' })).toBeVisible();
  return slug;
}

for (const width of [1440, 390]) {
  test(`at ${width} pixels, an organizer adds a phase, changes it after seeing what that does, and removes it`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    await signInAsOrganizer(page);
    const slug = await addPhase(page);
    await expectSound(page);

    await setting(page, 'Submissions per day').fill('0');
    await setting(page, 'Closes').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Review changes' }).click();
    // Both faults are said at their fields, and what was typed is still there.
    await expect(page.getByText('must be a whole number of at least 1.')).toBeVisible();
    await expect(setting(page, 'Submissions per day')).toHaveValue('0');
    await expect(setting(page, 'Closes')).toHaveValue('2020-01-01T00:00');

    // Dates are entered in the zone of the phase, and said in UTC beside it.
    await setting(page, 'Time zone').selectOption({ label: 'Anywhere on earth (UTC−12)' });
    await expect(page.getByText('1 Jan 2020, 12:00 UTC')).toBeVisible();
    await setting(page, 'Opens').fill('2019-01-01T00:00');
    await setting(page, 'Submissions per day').fill('7');
    await setting(page, 'Processors').fill('3');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await expect(page.getByText('no team can submit any more')).toBeVisible();
    await expect(page.getByRole('row', { name: /^Closes/ })).toContainText(
      '2020-01-01 00:00 anywhere on earth (2020-01-01 12:00 UTC)',
    );
    await expect(page.getByRole('row', { name: /Submissions per day/ })).toContainText('7');
    await expectSound(page);

    // A change after the review is reviewed too before it is saved.
    await setting(page, 'Submissions in total').fill('70');
    await page.getByRole('button', { name: 'Save these changes' }).click();
    await expect(page.getByRole('row', { name: /Submissions in total/ })).toContainText('70');
    await page.getByRole('button', { name: 'Save these changes' }).click();
    await expect(page.getByText(/Saved \d changes/)).toBeVisible();
    await page.reload();
    await expect(setting(page, 'Processors')).toHaveValue('3');
    await expect(setting(page, 'Closes')).toHaveValue('2020-01-01T00:00');

    await page.getByText('Remove this phase').click();
    await page.getByRole('button', { name: 'Remove Final' }).click();
    await expect(page).toHaveURL(at(SETTINGS));
    await expect(page.getByText(slug)).toHaveCount(0);
    await page.goto(at(`/organize/${CHALLENGE}/audit`));
    await expect(page.getByText('changed a phase').first()).toBeVisible();
  });
}

test('without JavaScript, the question of a challenge is reviewed and saved', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signInAsOrganizer(page);
  await page.goto(at(SETTINGS));
  const before = await setting(page, 'Question').inputValue();
  const question = `${before.replace(/ \(.*$/, '')} (${randomUUID().slice(0, 4)})`;
  await setting(page, 'Question').fill(question);
  await page.getByRole('button', { name: 'Review changes' }).click();
  await expect(page.getByRole('row', { name: /Question/ })).toContainText(question);
  await page.getByRole('button', { name: 'Save these changes' }).click();
  await expect(page.getByText('Saved 1 change.')).toBeVisible();
  await page.goto(at(`/challenges/${CHALLENGE}`));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(question);
  await context.close();
});

test('of two windows with the same settings, the second to save is told, and keeps what was typed', async ({
  page,
}) => {
  await signInAsOrganizer(page);
  const slug = await addPhase(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  for (const [one, value] of [
    [page, '8'],
    [other, '9'],
  ] as const) {
    await setting(one, 'Submissions per day').fill(value);
    await one.getByRole('button', { name: 'Review changes' }).click();
    await expect(one.getByRole('button', { name: 'Save these changes' })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Save these changes' }).click();
  await expect(page.getByText('Saved 1 change.')).toBeVisible();
  await other.getByRole('button', { name: 'Save these changes' }).click();
  await expect(other.getByText('Somebody else has changed this challenge')).toBeVisible();
  await expect(setting(other, 'Submissions per day')).toHaveValue('9');
  await page.reload();
  await page.getByText('Remove this phase').click();
  await page.getByRole('button', { name: 'Remove Final' }).click();
  await expect(page.getByText(slug)).toHaveCount(0);
});
