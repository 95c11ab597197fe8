import { expect, type Page, test } from '@playwright/test';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, signInAsOrganizer, signUp } from '#test/support/browser/people.ts';
import { CHALLENGE, ORGANIZER, served } from '#test/support/browser/served.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { unique } from '#test/support/site/scene.ts';

const SETTINGS = {
  ...{ access: 'REQUEST', autoApprove: [], validityDays: 365, dueDays: 7 },
  questions: [{ kind: 'text', id: 'ethics', label: 'Which ethics approval?' }],
  replies: [{ name: 'Ethics', text: 'Please send your ethics approval.' }],
};

/** Publishes a release on request. Returns the name of its dataset. */
async function publish(): Promise<string> {
  const token = await new SiteClient(served().url).createToken(ORGANIZER, 'data');
  const dataset = unique('scans');
  const send = async (method: string, path: string, body: object | Uint8Array<ArrayBuffer>) => {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(at(`/api/v1/challenges/${CHALLENGE}/datasets/${dataset}${path}`), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': isBytes ? 'application/octet-stream' : 'application/json',
      },
      body: isBytes ? body : JSON.stringify(body),
    });
    expect(response.ok, await response.text()).toBe(true);
  };
  await send('PUT', '', { ...DATASET, access: 'REQUEST' });
  await send('PUT', '/releases/1.0', { changelog: 'First.' });
  await send('POST', '/releases/1.0/variants/native', await releaseArchive([['README', 'Read me.']]));
  await send('POST', '/releases/1.0/publication', {});
  await send('PUT', '/access', SETTINGS);
  return dataset;
}

async function decide(page: Page, dataset: string, decision: string): Promise<void> {
  await page.goto(at(`/organize/${CHALLENGE}/data?dataset=${dataset}`));
  await page.getByRole('checkbox', { name: /^Select/ }).check();
  await page.getByLabel('Decision').selectOption(decision);
}

for (const width of [1440, 390]) {
  test(`at ${width} pixels, a person asks for data, answers, downloads it, and loses the access`, async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const dataset = await publish();
    const viewport = { width, height: 900 };
    const organizer = await (await browser.newContext({ viewport })).newPage();
    await signInAsOrganizer(organizer);
    const page = await (await browser.newContext({ viewport })).newPage();
    const request = `/challenges/${CHALLENGE}/data/${dataset}/request`;
    const download = () =>
      page.request.get(
        at(
          `/api/v1/challenges/${CHALLENGE}/datasets/${dataset}/releases/1.0/variants/native/archive.tar.gz?as=age`,
        ),
      );
    await signUp(page, newPerson(), request);
    await expect(page.getByRole('heading', { name: 'Access to Training scans' })).toBeVisible();
    expect((await download()).status()).toBe(403);
    await page.getByLabel('Institution').fill('University of Example');
    await page.getByLabel('What you want to use the data for').fill('A network for small lesions.');
    await page.getByRole('button', { name: 'Save draft' }).click();
    await expect(page.getByText('Draft saved.')).toBeVisible();
    await page.reload();
    await expect(page.getByLabel('Institution')).toHaveValue('University of Example');
    await page.getByLabel('Who else will work with it').fill('Bob Example, University of Example');
    await page.getByRole('button', { name: 'Sign and send request' }).click();
    // What is missing is said at its fields, and what was typed is still there.
    await expect(page.getByLabel('Your full name')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('Who else will work with it')).toHaveValue(/^Bob Example/);
    await expectSound(page);
    await page.getByLabel('Your full name').fill('Ada Moreau');
    await page.getByLabel('Which ethics approval?').fill('EK 12/2026');
    await page.getByRole('button', { name: 'Sign and send request' }).click();
    await expect(page.getByRole('heading', { name: 'Your request is with the organizers' })).toBeVisible();
    await expectSound(page);

    await decide(organizer, dataset, 'ask');
    await organizer.getByLabel('Reply').selectOption('Ethics');
    await organizer.getByRole('button', { name: 'Save decision' }).click();
    await expect(organizer.getByText('1 request changed.')).toBeVisible();
    await expectSound(organizer);
    await page.reload();
    await expect(page.getByText('Please send your ethics approval.').first()).toBeVisible();
    await page.getByLabel('Your answer').fill('It is EK 12/2026, of 3 March.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.getByRole('heading', { name: 'Your request is with the organizers' })).toBeVisible();

    await decide(organizer, dataset, 'approve');
    await expect(organizer.getByText('It is EK 12/2026')).toBeVisible();
    await organizer.getByRole('button', { name: 'Save decision' }).click();
    await expect(organizer.getByRole('cell', { name: /^active/ })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'You have access' })).toBeVisible();
    await expectSound(page);
    const taken = await download();
    expect(taken.status()).toBe(200);
    await page.goto(at('/account/data'));
    await expect(page.getByRole('table').last()).toContainText('the archive');
    await expectSound(page);

    await organizer.goto(at(`/organize/${CHALLENGE}/data/downloads`));
    await expect(organizer.getByRole('row', { name: new RegExp(`^${dataset} `) })).toContainText('1.0');
    await expect(organizer.getByRole('row', { name: /^Ada Moreau/ }).first()).toContainText('the archive');
    await expectSound(organizer);
    await organizer.goto(at(`/organize/${CHALLENGE}/data/${dataset}`));
    await expect(organizer.getByLabel('You decide within, in days')).toHaveValue('7');
    await organizer.getByLabel('Replies').fill('[{"name"');
    await organizer.getByRole('button', { name: 'Save settings' }).click();
    await expect(organizer.getByText('This isn’t JSON.')).toBeVisible();
    await expectSound(organizer);

    await decide(organizer, dataset, 'note');
    await organizer.getByLabel('Text, for the person or as a note').fill('The data was shared.');
    await organizer.getByText('Revoke access', { exact: true }).click();
    await organizer.getByRole('button', { name: 'Revoke access of the selected people' }).click();
    await expect(organizer.getByRole('cell', { name: /^revoked/ })).toBeVisible();
    expect((await download()).status()).toBe(403);
    // The download that has begun can't go on either.
    const headers = { range: 'bytes=5-', 'if-range': taken.headers()['etag']! };
    const address = taken.url();
    expect((await page.request.get(address, { headers })).status()).toBe(403);
    await page.goto(at(request));
    await expect(page.getByText('The data was shared.')).toBeVisible();
  });
}
