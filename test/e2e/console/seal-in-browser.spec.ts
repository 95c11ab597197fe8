import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import { SiteClient } from '#scripts/demo/site-client.ts';
import { expectSound } from '#test/support/browser/axe.ts';
import { at, newPerson, newTeamName, signInAsOrganizer } from '#test/support/browser/people.ts';
import { ORGANIZER, served } from '#test/support/browser/served.ts';
import { writeSmallDataset } from '#test/support/browser/small-dataset.ts';

/** A challenge of this file, with a phase that has no test set. */
const SLUG = `sealed-${randomUUID().slice(0, 8)}`;
const PAGE = `/organize/${SLUG}/phases/trial/test-set`;
const CASES = 6;

function definition() {
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString();
  const trial = {
    slug: 'trial',
    title: 'Trial',
    kind: 'OPEN',
    opensAt: inDays(-1),
    closesAt: inDays(9),
    limits: { cpus: 1, memoryMib: 1024, pids: 128, timeLimitSeconds: 60, outputMib: 64, imageMib: 1024 },
    metrics: [{ metric: 'dice', weight: 1 }],
    submissionsPerDay: 5,
    submissionsTotal: 5,
  };
  const facts = { title: `Sealed here ${SLUG}`, question: 'Who?', summary: 'Cubes.', synthetic: true };
  return challengeDefinitionSchema.parse({ slug: SLUG, ...facts, phases: [trial] });
}

test.beforeAll(async () => {
  const site = new SiteClient(served().url);
  await site.as(await site.createToken(ORGANIZER, 'sealing')).createChallenge(definition());
});

/** Submits as a team of its own, and waits until the runner has scored it. */
async function scoreOnce(): Promise<{ state: string; scored: number }> {
  const [person, site] = [newPerson(), new SiteClient(served().url)];
  await site.signUp(person);
  const client = site.as(await site.createToken(person, 'sealing'));
  const team = await client.createTeam(newTeamName());
  await client.register(SLUG, team);
  const place = { team, challenge: SLUG, phase: 'trial' };
  const image = await client.uploadImage(place, served().smallImage, () => undefined);
  const id = await client.submit({ ...place, imageId: image.id, algorithm: 'empty mask 1' });
  const isOver = /SCORED|FAILED|CANCELLED/;
  await expect
    .poll(async () => (await client.submission(id)).evaluation.state, { timeout: 90_000 })
    .toMatch(isOver);
  const { state, scored } = (await client.submission(id)).evaluation;
  return { state, scored };
}

/** Chooses the folder and agrees to seal it. */
async function checkFolder(page: Page, folder: string): Promise<void> {
  await page.getByLabel('Folder with the cases').setInputFiles(folder);
  await expect(page.getByText(`${CASES} can be used.`)).toBeVisible();
  await expect(page.getByRole('button', { name: `Seal ${CASES} cases and upload` })).toBeDisabled();
  await page.getByLabel('I have compared this key').check();
  const warnings = page.getByLabel('I have read the warnings and accept them');
  if (await warnings.isVisible()) await warnings.check();
}

test('an organizer checks, seals, continues after a reload and uploads; a runner scores from it', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'heldout-sealing-'));
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  try {
    writeSmallDataset(folder, CASES);
    await page.setViewportSize({ width: 1440, height: 900 });
    await signInAsOrganizer(page);
    await page.goto(at(PAGE));
    await expect(page.getByLabel('Folder with the cases')).toBeVisible();
    await expectSound(page);

    // Checked, and nothing sent.
    await checkFolder(page, folder);
    await expectSound(page);
    expect(sent).toEqual([]);

    // The site can't be reached when the set is sealed; another visit continues without the folder.
    const upload = /\/test-set\/upload\?/;
    await page.context().route(upload, (route) => route.abort());
    await page.getByRole('button', { name: `Seal ${CASES} cases and upload` }).click();
    await expect(page.getByRole('progressbar', { name: 'Uploading the sealed set' })).toBeVisible();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByText('Paused.')).toBeVisible();
    await page.context().unroute(upload);
    rmSync(folder, { recursive: true });
    await page.reload();
    await expect(page.getByText(`All ${CASES} cases of`)).toBeVisible();
    await expectSound(page);
    await page.getByRole('button', { name: 'Continue the upload' }).click();
    await expect(page.getByText(`${CASES} sealed cases are now the test set of Trial.`)).toBeVisible({
      timeout: 60_000,
    });
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.every((request) => request.endsWith(`/phases/trial/test-set/upload`))).toBe(true);
    const shown = await page.locator('.done-note .mono').innerText();
    await page.goto(at(`/organize/${SLUG}#test-sets`));
    await expect(page.getByText(shown).first()).toBeVisible();

    // The number on the page is that of the script.
    await page.goto(at(PAGE));
    await page.getByText('What you trust when you seal here').click();
    const worker = await (await page.request.get(at('/sealing/worker.js'))).body();
    await expect(page.getByText(createHash('sha256').update(worker).digest('hex'))).toBeVisible();
    // The requests that were stopped are expected.
    expect(errors.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);

    expect(await scoreOnce()).toEqual({ state: 'SCORED', scored: CASES });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('errors stop the sealing and name their files; a phone says that a computer is needed', async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-sealing-'));
  try {
    writeSmallDataset(folder, 2);
    rmSync(join(folder, 'sub-r001s002/ses-1/anat/sub-r001s002_ses-1_space-MNI152NLin2009aSym_T1w.nii.gz'));
    await signInAsOrganizer(page);
    await page.goto(at(PAGE));
    await page.getByLabel('Folder with the cases').setInputFiles(folder);
    await expect(page.getByText('1 can be used, 1 can’t.')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Errors' }).getByText('sub-r001s002')).toBeVisible();
    await page.getByLabel('I have compared this key').check();
    const seal = page.getByRole('button', { name: 'Seal 1 case and upload' });
    await expect(seal).toBeDisabled();
    await page.getByLabel('Leave out 1 case with errors').check();
    await expect(seal).toBeEnabled();

    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(at(PAGE));
    await expect(page.getByText('Open this page on a computer.')).toBeVisible();
    await expect(page.getByLabel('Folder with the cases')).toBeHidden();
    await expectSound(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
