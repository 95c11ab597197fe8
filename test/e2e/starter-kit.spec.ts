import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { expectSoundAt } from '#test/support/browser/axe.ts';
import { at, joinWithTeam, newTeamName, SUBMIT_PAGE } from '#test/support/browser/people.ts';
import { CHALLENGE } from '#test/support/browser/served.ts';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('the submit page shows what a container reads and writes, with an inputs.json to copy', async ({
  page,
}) => {
  await joinWithTeam(page, newTeamName());
  const files = page.getByRole('region', { name: 'What a container reads and writes' });
  const output = files.getByRole('listitem').filter({ hasText: '/output/' });
  await expect(output).toContainText('stroke-lesion-segmentation/');
  await expect(output).toContainText('Lesion mask: exactly one file that ends in .nii.gz, .nii or .mha');
  await expect(files.getByRole('definition').filter({ hasText: 't1-brain-mri: image (.nii.gz)' })).toHaveText(
    't1-brain-mri: image (.nii.gz), in every case',
  );
  const copy = files.getByRole('button', { name: 'Copy inputs.json' });
  await copy.click();
  await expect(files.getByText('Copied')).toBeVisible();
  const entries = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(entries[0]).toMatchObject({
    socket: { slug: 't1-brain-mri', relative_path: 'images/t1-brain-mri' },
    image: { name: 'case1.nii.gz' },
  });
});

test('it passes axe and fits the screen, light and dark', async ({ page }) => {
  await joinWithTeam(page, newTeamName());
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(at(SUBMIT_PAGE));
    await expect(page.getByRole('button', { name: 'Copy inputs.json' })).toBeVisible();
    await expectSoundAt(page, [1440, 768, 390]);
  }
});

test('a phase’s starter kit downloads as an archive of its folder', async ({ page }) => {
  await joinWithTeam(page, newTeamName());
  const link = page.getByRole('link', { name: 'Download starter kit for Hidden test (.zip)' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe(`${CHALLENGE}-test-starter-kit.zip`);
  const files = unzipSync(await readFile(await download.path()));
  const folder = `${CHALLENGE}-test-starter-kit`;
  for (const name of [
    'README.md',
    'Dockerfile',
    'main.py',
    'predict.py',
    'try.sh',
    'example/input/inputs.json',
  ]) {
    expect(Object.keys(files)).toContain(`${folder}/${name}`);
  }
  expect(Buffer.from(files[`${folder}/try.sh`] as Uint8Array).toString()).toContain(
    `--phase ${CHALLENGE}/test`,
  );
});
