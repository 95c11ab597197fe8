import { expect, test } from '@playwright/test';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, signInAsOrganizer, signUp } from '#test/support/browser/people.ts';
import { CHALLENGE } from '#test/support/browser/served.ts';

/** What organizers announce, and what administrators see, at the widths of a desk and of a phone. */

const WIDTHS = [1440, 390] as const;
const ADMINISTRATION = ['', '/users', '/challenges', '/runners', '/storage', '/mail', '/limits'];

for (const width of WIDTHS) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test('an announcement is written with a preview, read by visitors, changed and withdrawn', async ({
      page,
      browser,
    }) => {
      const title = `Deadline ${width}`;
      await signInAsOrganizer(page);
      await page.goto(at(`/organize/${CHALLENGE}/announcements`));
      await page.getByLabel('Title').fill(title);
      await page.getByRole('button', { name: 'Publish announcement' }).click();
      await expect(page.getByText('This field is required.')).toBeVisible();
      await expect(page.getByLabel('Title')).toHaveValue(title);
      await page
        .getByLabel('Text', { exact: true })
        .fill('It moves by **one week**.\n\n- [why](https://example.org)');
      await expect(page.getByRole('region', { name: /Preview/ }).getByText('one week')).toBeVisible();
      await page.getByLabel(/^Pin it/).check();
      await expectSound(page);
      await page.getByRole('button', { name: 'Publish announcement' }).click();
      await expect(page.getByText(/^Published\./)).toBeVisible();
      await expect(page.getByRole('heading', { name: title })).toBeVisible();

      const visitor = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
      await visitor.goto(at(`/challenges/${CHALLENGE}`));
      const announced = visitor.getByRole('article').filter({ hasText: title });
      await expect(announced.getByText('one week')).toHaveCSS('font-weight', /[67]00/);
      await expect(announced).toContainText('Pinned');
      await expectSound(visitor);
      await visitor.goto(at(`/challenges/${CHALLENGE}/announcements`));
      await expectSound(visitor);

      // The page of the list has a form with the same labels.
      const editing = page.getByRole('heading', { level: 1, name: `Edit “${title}”` });
      await page.getByRole('link', { name: `Edit “${title}”` }).click();
      await expect(editing).toBeVisible();
      await page.getByLabel('Text', { exact: true }).fill('It moves by two weeks.');
      await page.getByRole('button', { name: 'Save announcement' }).click();
      await expect(page.getByText('It moves by two weeks.')).toBeVisible();
      await page.getByRole('link', { name: `Edit “${title}”` }).click();
      await expect(editing).toBeVisible();
      await page.getByText('Withdraw announcement').click();
      await expectSound(page);
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      await expect(page.getByRole('article').filter({ hasText: title })).toContainText('withdrawn');
      await visitor.goto(at(`/challenges/${CHALLENGE}`));
      await expect(visitor.getByRole('article').filter({ hasText: title })).toHaveCount(0);
    });

    test('an administrator looks at everything, and disables an account after a question', async ({
      page,
      browser,
    }) => {
      const person = { ...newPerson(), name: `Eve Delgado ${width}` };
      const other = await (await browser.newContext()).newPage();
      await signUp(other, person);
      await signInAsOrganizer(page);
      for (const path of ADMINISTRATION) {
        await page.goto(at(`/admin${path}`));
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await expectSound(page);
      }
      await page.goto(at(`/admin/users?q=${person.email}`));
      await page.getByText(`Change ${person.name}`).click();
      await expectSound(page);
      await page.getByRole('button', { name: 'Disable account' }).click();
      await expect(page.getByRole('row').filter({ hasText: person.email })).toContainText('disabled');
      await other.goto(at('/account'));
      await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await other.goto(at('/admin'));
      await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    });
  });
}
