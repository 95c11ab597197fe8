import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, signInAsOrganizer } from '#test/support/browser/people.ts';

/** A field of the settings, which share the page with other forms. */
function setting(page: Page, label: string) {
  return page.locator('.definition').getByLabel(label, { exact: true });
}

/** Reviews what was changed, and saves it. */
async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByRole('button', { name: 'Save these changes' }).click();
  await expect(page.getByText(/Saved \d+ change/)).toBeVisible();
}

for (const width of [1440, 390]) {
  test(`at ${width} pixels, a challenge is created, edited with a preview, published, and gets an organizer`, async ({
    page,
    browser,
  }) => {
    await page.setViewportSize({ width, height: 900 });
    await signInAsOrganizer(page);
    await page.goto(at('/'));
    await page.getByRole('link', { name: 'Create a challenge' }).click();
    await expectSound(page);

    // A taken slug is said at its field, and what was typed stays.
    const slug = `made-${randomUUID().slice(0, 8)}`;
    const title = `Made here ${slug}`;
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Slug').fill('new');
    await page.getByRole('button', { name: 'Create draft' }).click();
    await expect(page.getByText('Taken. Choose another one.')).toBeVisible();
    await expect(page.getByLabel('Title')).toHaveValue(title);
    await page.getByLabel('Slug').fill(slug);
    await page.getByRole('button', { name: 'Create draft' }).click();
    await expect(page).toHaveURL(at(`/organize/${slug}/settings`));
    await expect(page.getByText('This challenge is a draft')).toBeVisible();

    const visitor = await (await browser.newContext()).newPage();
    expect((await visitor.goto(at(`/challenges/${slug}`)))?.status()).toBe(404);

    // The preview follows what is typed, without images of other hosts.
    const preview = page.getByRole('region', { name: 'Preview of “Summary”' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await setting(page, 'Summary').fill(
      '# Why\n\nBecause **it matters**.\n\n![a scan](https://pictures.example/x.png)\n\n<script>alert(1)</script>',
    );
    await expect(preview.getByRole('heading', { name: 'Why' })).toBeVisible();
    await expect(preview.getByText('a scan')).toBeVisible();
    await expect(preview.getByRole('img')).toHaveCount(0);
    await expect(preview.getByText('<script>alert(1)</script>')).toBeVisible();
    expect(asked.filter((url) => url.includes('pictures.example'))).toEqual([]);

    await setting(page, 'Links').fill('http://insecure.example Workshop');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await expect(page.getByText('Line 1: Enter an address that begins with https://')).toBeVisible();
    await setting(page, 'Links').fill('https://workshop.example Workshop');
    await setting(page, 'Further dates').fill('2030-10-04 The workshop');
    await setting(page, 'Terms').fill('Share your **code**.');
    await setting(page, 'Visibility').selectOption('PUBLIC');
    await page.getByRole('button', { name: 'Review changes' }).click();
    await expect(page.getByText('The challenge is on the site’s list')).toBeVisible();
    await expectSound(page);
    await page.getByRole('button', { name: 'Save these changes' }).click();
    await expect(page.getByText(/Saved \d+ change/)).toBeVisible();

    await visitor.goto(at('/'));
    await visitor.getByRole('link', { name: title }).click();
    await expect(visitor.getByRole('heading', { name: 'Why' })).toBeVisible();
    await expect(visitor.getByText('The workshop')).toBeVisible();
    await expect(visitor.getByRole('link', { name: 'Workshop', exact: true })).toHaveAttribute(
      'href',
      'https://workshop.example',
    );
    await expectSound(visitor);

    await setting(page, 'Visibility').selectOption('UNLISTED');
    await save(page);
    await visitor.goto(at('/'));
    await expect(visitor.getByText(title)).toHaveCount(0);
    await visitor.goto(at(`/challenges/${slug}`));
    await expect(visitor.locator('meta[name="robots"]')).toHaveAttribute('content', /noindex/);

    // The organizers.
    const { email } = newPerson();
    await page.getByRole('link', { name: 'Organizers and invitations' }).click();
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await expect(page.getByRole('rowheader', { name: email })).toBeVisible();
    await expectSound(page);
    await page.getByRole('button', { name: `Revoke the invitation of ${email}` }).click();
    await expect(page.getByRole('rowheader', { name: email })).toHaveCount(0);
    await page.getByText('Stop organizing', { exact: true }).click();
    await page.getByRole('button', { name: 'Stop organizing this challenge' }).click();
    await expect(page.locator('.refusal')).toContainText('always has an owner');
  });
}
