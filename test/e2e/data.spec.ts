import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { expectSound, expectSoundAt } from '#test/support/browser/axe.ts';
import { at, startSession } from '#test/support/browser/people.ts';
import { releaseData } from '#test/support/browser/released-data.ts';
import { CHALLENGE, ORGANIZER, served } from '#test/support/browser/served.ts';
import { releaseArchive } from '#test/support/site/release-archive.ts';
import { tarOf } from '#test/support/site/streams.ts';

/** Released data: its page, figures, the viewer, and decryption in the browser. */

let address: string;
test.beforeAll(async () => {
  const token = await new SiteClient(served().url).createToken(ORGANIZER, 'data');
  const dataset = `scans-${randomUUID().slice(0, 8)}`;
  address = await releaseData(served().url, token, { challenge: CHALLENGE, dataset });
});

function watchViolations(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) errors.push(message.text());
  });
  return errors;
}

test('a release is described, drawn and fits every screen', async ({ page }) => {
  const errors = watchViolations(page);
  await page.goto(at(`/challenges/${CHALLENGE}/data`));
  await page.getByRole('link', { name: 'Training scans' }).last().click();
  await page.goto(at(address));
  await expect(page.getByRole('heading', { name: 'Training scans', level: 1 })).toBeVisible();
  await expect(page.getByRole('figure', { name: 'Figure 1 | Lesion volume' })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectSoundAt(page, [1440, 390]);
  }
  // Three cubes of 7 × 7 × 7 mm, as far as they lie in the ellipsoid.
  await page.getByText(/Data table of Figure 2/).click();
  await expect(page.getByRole('region', { name: /Figure 2/ }).getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('img', { name: /view of the overlap/ })).toHaveCount(3);
  await expect(page.getByRole('row', { name: /Site A/ })).toContainText('2');
  // Files that were missing came with the publication.
  await expect(page.getByRole('link', { name: 'dataset_description.json' })).toBeVisible();
  const text = await page.locator('script[type="application/ld+json"]').textContent();
  expect(JSON.parse(text!)).toMatchObject({ '@type': 'sc:Dataset', version: '1.0.0' });
  expect(errors).toEqual([]);
});

test('an organizer describes a dataset, drafts a release, publishes it and adds errata', async ({ page }) => {
  const errors = watchViolations(page);
  const dataset = `console-${randomUUID().slice(0, 8)}`;
  await startSession(page, ORGANIZER);
  await page.goto(at(`/organize/${CHALLENGE}/data`));
  await page.getByText('Create dataset').click();
  const description: [string, string][] = [
    ['Name in addresses', dataset],
    ['Title', 'Described in the console'],
    ['Contact', 'data@heldout.example'],
    ['Terms', 'Cite us.'],
  ];
  for (const [label, text] of description) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByText('This field is required.')).toBeVisible();
  await page.getByLabel('License').fill('CC-BY-4.0');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Releases of Described in the console' })).toBeVisible();

  await page.getByText('Draft a release').click();
  await page.getByLabel('Version').fill('1.0.0');
  await page.getByRole('button', { name: 'Create draft' }).click();
  const release = page.getByRole('region', { name: 'Release 1.0.0' });
  await expect(release).toContainText('No data yet');
  await page.getByLabel('Version').fill('1.0.0');
  await page.getByRole('button', { name: 'Create draft' }).click();
  await expect(page.getByText('has a release 1.0.0 already').first()).toBeVisible();

  const token = await new SiteClient(served().url).createToken(ORGANIZER, 'variant');
  const variant = `/api/v1/challenges/${CHALLENGE}/datasets/${dataset}/releases/1.0.0/variants/native`;
  const sent = await fetch(at(variant), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: await releaseArchive([['README', 'Read me.']]),
  });
  expect(sent.ok, await sent.text()).toBe(true);
  await page.reload();
  await release.getByLabel('Changelog').fill('First release.');
  await release.getByRole('button', { name: 'Save changelog of 1.0.0' }).click();
  await expect(release.getByText('Saved.')).toBeVisible();
  await release.getByText('Publish release 1.0.0').click();
  await expect(release).toContainText('Nothing can be changed or taken back');
  await expectSoundAt(page, [1440, 390]);
  await release.getByRole('button', { name: 'Publish', exact: true }).click();
  await expect(release.getByRole('heading', { name: /published/ })).toBeVisible();

  await release.getByLabel('Errata').fill('Case 7 is mirrored.');
  await release.getByRole('button', { name: 'Save errata of 1.0.0' }).click();
  await expect(release.getByText('Saved.')).toBeVisible();
  await expectSoundAt(page, [1440, 390]);
  await page.goto(at(`/challenges/${CHALLENGE}/data/${dataset}`));
  await expect(page.getByText('Case 7 is mirrored.')).toBeVisible();
  await expect(page.getByText('First release.')).toBeVisible();
  expect(errors).toEqual([]);
});

/** Numbers of pixels by what they show, in a picture of the viewer. */
async function pixels(page: Page): Promise<{ red: number; gray: number; picture: string }> {
  const picture = (await page.locator('.viewer canvas').screenshot()).toString('base64');
  const counts = await page.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let red = 0;
    let gray = 0;
    for (let index = 0; index < data.length; index += 4) {
      const [r, g, b] = [data[index]!, data[index + 1]!, data[index + 2]!];
      if (r > 120 && g < r / 2 && b < r / 2) red += 1;
      else if (r > 60 && Math.abs(r - g) < 12 && Math.abs(g - b) < 12) gray += 1;
    }
    return { red, gray };
  }, picture);
  return { ...counts, picture };
}

test('a case is drawn without a GPU, its lesion outlined, and moved through with keys', async ({ page }) => {
  const errors = watchViolations(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(at(address), { waitUntil: 'networkidle' });
  expect(asked.filter((url) => url.includes('/content?path='))).toEqual([]);
  await page.getByRole('button', { name: 'Open in the viewer' }).click();
  await expect(page.getByText('lesions outlined in red')).toBeVisible({ timeout: 30_000 });
  const three = await pixels(page);
  expect(three.gray).toBeGreaterThan(2000);
  expect(three.red).toBeGreaterThan(20);
  await page.getByRole('radio', { name: 'Axial' }).check();
  const axial = await pixels(page);
  expect(axial.picture).not.toBe(three.picture);
  await page.locator('.viewer canvas').focus();
  // Out of the lesion, which is 7 voxels high.
  for (let step = 0; step < 6; step++) await page.keyboard.press('PageUp');
  await expect.poll(async () => (await pixels(page)).red).toBeLessThan(axial.red / 2);
  expect(errors).toEqual([]);
});

test('without WebGL 2 the page says what to do', async ({ page }) => {
  await page.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (
      this: HTMLCanvasElement,
      kind: string,
      ...rest: unknown[]
    ) {
      return kind === 'webgl2'
        ? null
        : (getContext as (...all: unknown[]) => unknown).call(this, kind, ...rest);
    } as typeof getContext;
  });
  await page.goto(at(address));
  await page.getByRole('button', { name: 'Open in the viewer' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'no WebGL 2' })).toBeVisible();
});

const SCAN = randomBytes(3_000_000);

async function encrypted(): Promise<{ file: Buffer; plain: Buffer; identity: string }> {
  const plain = gzipSync(
    await tarOf([
      ['scans-1.0.0-native/README', 'Read me.'],
      ['scans-1.0.0-native/sub-1/anat/sub-1_T1w.nii.gz', SCAN],
    ]),
  );
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  return { file: Buffer.from(await encrypter.encrypt(plain)), plain, identity };
}

test('a download is decrypted and unpacked in the browser, and a wrong key told at once', async ({
  page,
}) => {
  const errors = watchViolations(page);
  // The private file system of the page stands in for the folder that a person picks.
  await page.addInitScript(() => {
    Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() });
  });
  const { file, plain, identity } = await encrypted();
  const choose = (buffer: Buffer) =>
    page
      .getByLabel('Encrypted file')
      .setInputFiles({ name: 'scans.tar.gz.age', mimeType: 'application/octet-stream', buffer });
  const alert = page.getByRole('main').getByRole('alert');
  await page.goto(at(`${address}/decrypt`));
  await expectSound(page);

  await choose(file);
  await page.getByLabel('Secret key or passphrase').fill(await generateX25519Identity());
  await page.getByRole('button', { name: 'Decrypt and save' }).click();
  await expect(alert).toContainText('Wrong key');

  await page.getByLabel('Secret key or passphrase').fill(identity);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Decrypt and save' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('scans.tar.gz');
  const chunks: Buffer[] = [];
  for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).equals(plain)).toBe(true);

  await page.getByRole('button', { name: 'Decrypt and unpack into a folder' }).click();
  await expect(page.getByText('2 files written, each of them verified')).toBeVisible();
  const unpacked = await page.evaluate(async () => {
    let folder = await navigator.storage.getDirectory();
    for (const name of ['scans-1.0.0-native', 'sub-1', 'anat'])
      folder = await folder.getDirectoryHandle(name);
    const scan = await (await folder.getFileHandle('sub-1_T1w.nii.gz')).getFile();
    const digest = await crypto.subtle.digest('SHA-256', await scan.arrayBuffer());
    return Array.from(new Uint8Array(digest));
  });
  const expected = await crypto.subtle.digest('SHA-256', SCAN);
  expect(unpacked).toEqual(Array.from(new Uint8Array(expected)));

  await choose(file.subarray(0, 2_000_000));
  await page.getByRole('button', { name: 'Decrypt and unpack into a folder' }).click();
  await expect(alert).toContainText('damaged or incomplete');
  await choose(Buffer.from('no age file'));
  await page.getByRole('button', { name: 'Decrypt and save' }).click();
  await expect(alert).toContainText('not encrypted with age');
  expect(errors).toEqual([]);
});
