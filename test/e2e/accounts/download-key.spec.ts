import { expect, test } from '@playwright/test';
import { parseIdentity } from '#lib/platform/encryption/age-keys.ts';
import { openAgeFile } from '#lib/platform/encryption/age-reader.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, signIn } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';

for (const width of [1440, 390]) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test('a key is shown with the password, tried with a test file, and replaced', async ({ page }) => {
      const person = newPerson();
      await new SiteClient(served().url).signUp(person);
      await signIn(page, person);
      await expect(page.getByRole('link', { name: person.name })).toBeVisible();
      await page.goto(at('/account'));
      await page.getByRole('link', { name: 'Download key' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Download key' })).toBeVisible();
      await expectSound(page);
      const password = page.locator('#field-show-password');
      const show = page.getByRole('button', { name: 'Show key' });
      await password.fill('not my password');
      await show.click();
      await expect(password).toHaveAttribute('aria-invalid', 'true');
      await password.fill(person.password);
      await show.click();
      const shown = page.locator('.secret');
      await expect(shown).toContainText('# passphrase:');
      const identity = /AGE-SECRET-KEY-\w+/.exec(await shown.innerText())![0];

      const link = page.getByRole('link', { name: 'Download test file for age with the identity' });
      const response = await page.request.get(at((await link.getAttribute('href'))!));
      const bytes = await response.body();
      const file = {
        bytes: bytes.length,
        read: async (from: number, to: number) => bytes.subarray(from, to),
      };
      const opened = await openAgeFile(file, { identities: [parseIdentity(identity)!] });
      expect(opened.bytes).toBe(1024);
      for await (const chunk of opened.content())
        expect(Buffer.from(chunk).toString()).toContain('your download key works');

      await page.locator('summary', { hasText: 'Replace key' }).click();
      await page.getByLabel('Your own age recipient').fill(identity);
      await page.locator('#field-replace-password').fill(person.password);
      await page.getByRole('button', { name: 'Replace the key' }).click();
      await expect(page.getByText('This isn’t an age recipient')).toBeVisible();
      await page.getByLabel('Your own age recipient').fill('');
      await page.locator('#field-replace-password').fill(person.password);
      await page.getByRole('button', { name: 'Replace the key' }).click();
      await expect(page.getByText('Replaced. New downloads')).toBeVisible();
      await expect(page.getByText('1, shown below the present one')).toBeVisible();
      await expectSound(page);
    });
  });
}
