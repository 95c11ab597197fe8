import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { pack } from 'tar-stream';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, joinWithTeam, newTeamName, SUBMIT_PAGE, submit } from '#test/support/browser/people.ts';
import { served } from '#test/support/browser/served.ts';

async function weights(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'fold-0.bin' }, randomBytes(20_000));
  tar.finalize();
  return gzipSync(await buffer(tar));
}

test('weights are uploaded next to the image, and the submission shows both', async ({ page }) => {
  test.setTimeout(120_000);
  await joinWithTeam(page, newTeamName());
  const model = { name: 'fold-0.tar.gz', mimeType: 'application/gzip', buffer: await weights() };
  await submit(page, {
    phase: 'Rehearsal',
    algorithm: 'empty mask with weights',
    archive: served().smallImage,
    model,
  });
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  const facts = page.getByRole('complementary', { name: 'Quota and facts' });
  await expect(facts).toContainText('small.tar');
  await expect(facts).toContainText(/Model\s*fold-0\.tar\.gz, 20\.\d kB\s*sha256:/);
  const digests = (await facts.textContent())?.match(/sha256:\S{9}/g);

  // Submit the same archives again: earlier uploads are chosen, not sent.
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
  });
  await page.goto(at(SUBMIT_PAGE));
  await page.getByRole('radio', { name: 'Rehearsal' }).check();
  await page.getByLabel('Algorithm and version').fill('the same again');
  await page.getByLabel('Or choose an image your team uploaded before').selectOption({ index: 1 });
  await page.getByLabel('Or choose a model your team uploaded before').selectOption({ index: 1 });
  await expect(page.getByText(/^fold-0\.tar\.gz 20\.\d kB, uploaded .* UTC, sha256:/)).toBeVisible();
  await expectSound(page);
  await page.getByRole('button', { name: 'Submit to Rehearsal' }).click();
  await page.waitForURL(/\/submissions\/[0-9a-f-]{36}$/, { timeout: 60_000 });
  await expect(page.getByText('the same again').first()).toBeVisible();
  expect((await facts.textContent())?.match(/sha256:\S{9}/g)).toEqual(digests);
  expect(sent).toEqual(['/api/v1/submissions']);
});

test('a file that isn’t a model archive is refused before the upload and by the server', async ({ page }) => {
  await joinWithTeam(page, newTeamName());
  const field = page.getByLabel('Model archive');
  await field.setInputFiles({ name: 'weights.pt', mimeType: 'application/zip', buffer: Buffer.from('PK') });
  await expect(page.getByText('tar -czf model.tar.gz').last()).toBeVisible();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await page.getByRole('button', { name: 'Remove weights.pt' }).click();
  await expect(field).not.toHaveAttribute('aria-invalid');

  // An archive by name but not by content: the server refuses it.
  const text = Buffer.from('these are no weights '.repeat(100));
  await submit(page, {
    phase: 'Rehearsal',
    algorithm: 'no weights',
    archive: served().smallImage,
    model: { name: 'model.tar', mimeType: 'application/x-tar', buffer: text },
  });
  await expect(page.getByText('This file isn’t a model archive')).toBeVisible({ timeout: 30_000 });
  await expectSound(page);
});
