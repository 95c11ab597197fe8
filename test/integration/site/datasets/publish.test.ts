import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkDataset } from '#cli/dataset/check/check-dataset.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { datasetCommand } from '#cli/dataset/dataset-command.ts';
import { hashSubjects } from '#cli/dataset/subjects/hash-subject.ts';
import type { SubjectHashes } from '#lib/domain/test-sets/subjects.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readImage } from '#runner/imaging/read.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { newAdministrator } from '#test/support/api/people.ts';
import { serveApi } from '#test/support/api/serve-routes.ts';
import { AFFINE, plainCase, SHAPE, scanValues, writeFiles } from '#test/support/datasets/write-dataset.ts';
import { DATASET } from '#test/support/site/release-archive.ts';
import { HEX64, newScene } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** `heldout dataset publish` against a site. */

const NAME = 'Doe^Jane';
const scanOf = (id: string) => `sub-${id}/ses-1/anat/sub-${id}_ses-1_T1w.nii.gz`;
const maskOf = (id: string) => `sub-${id}/ses-1/anat/sub-${id}_ses-1_label-L_desc-T1lesion_mask.nii.gz`;

let here: TestSite;
let api: Awaited<ReturnType<typeof serveApi>>;
let token: string;
let work: string;
let folder: string;
let slug: string;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  api = await serveApi();
  token = await newAdministrator(new CheckedApi(ORIGIN), here.database.owner);
});
afterAll(async () => {
  api.close();
  await here.close();
});
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'heldout-publish-'));
  ({ challengeSlug: slug } = await newScene(here.database.owner));
  folder = await writeFiles(join(work, 'set'), {
    ...plainCase('bids', 'a', 1),
    ...plainCase('bids', 'b', 2),
    README: 'Read me.\n',
    '.DS_Store': 'leftover',
    'derivatives/other/sub-a_other.nii.gz': { voxels: scanValues(9) },
  });
  await writeFile(join(work, 'dataset.json'), JSON.stringify(DATASET));
  return () => rm(work, { recursive: true });
});

/** Runs the command. @returns its exit code, what it printed, or the sentence that it failed with. */
async function publish(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const target = ['--as', `${slug}/scans@1.0`, '--site', api.address, '--token', token];
  try {
    return { code: await datasetCommand.run(['publish', ...args, ...target]), text };
  } catch (error) {
    return { code: 1, text: (error as Error).message };
  } finally {
    vi.restoreAllMocks();
  }
}

const native = (...args: string[]) =>
  publish(folder, '--variant', 'native', '--describe', join(work, 'dataset.json'), ...args);

const address = (path: string) => `${api.address}/api/v1/challenges/${slug}/datasets${path}`;

async function released(): Promise<string[]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(address(`/scans/releases/1.0/variants/native/files`), { headers });
  const { files } = (await response.json()) as { files: { path: string }[] };
  return files.map(({ path }) => path);
}

async function contentOf(path: string): Promise<Uint8Array> {
  const response = await fetch(
    address(`/scans/releases/1.0/variants/native/content?path=${encodeURIComponent(path)}`),
  );
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

async function listed(): Promise<unknown[]> {
  const { datasets } = (await (await fetch(address(''))).json()) as { datasets: unknown[] };
  return datasets;
}

const NO_OPTIONS = { layout: null, inputs: [], truths: [] };
const CHECK = { allowsShear: false, requiresTruth: true, plan: null, sealing: null, onProgress: () => {} };

async function newTestSet(data: { subjects: SubjectHashes }): Promise<string> {
  const { id: challengeId } = await here.database.owner.challenge.findUniqueOrThrow({ where: { slug } });
  const recipient = `age1${'q'.repeat(58)}`;
  const facts = {
    challengeId,
    recipient,
    caseCount: 1,
    bytes: 1n,
    sha256: HEX64,
    manifestBlob: HEX64,
    worst: {},
  };
  const { id } = await here.database.owner.testSet.create({ data: { ...facts, ...data } });
  return id;
}

/** A scan with a name in its header. */
async function nameScan(id: string, subject: number): Promise<void> {
  const image = { shape: SHAPE, affine: AFFINE, data: scanValues(subject) };
  const bytes = Buffer.from(encodeNifti({ ...image, gzipLevel: null }));
  bytes.write(NAME, 148, 'latin1');
  await writeFile(join(folder, scanOf(id)), gzipSync(bytes));
}

test('a folder becomes a draft, then a release that stays as it is', async () => {
  expect(await native()).toEqual({ code: 0, text: '' });
  expect(await released()).toEqual([
    'README',
    'derivatives/other/sub-a_other.nii.gz',
    scanOf('a'),
    maskOf('a'),
    scanOf('b'),
    maskOf('b'),
  ]);
  expect(await listed()).toEqual([]);

  const { code, text } = await publish('--final', '--yes');
  expect(code).toBe(0);
  expect(text).toMatch(/scans@1\.0 is published: native\.\n {2}Terms: SHA-256 [0-9a-f]{64}\n/);
  expect(Buffer.from(await contentOf('README')).toString()).toBe('Read me.\n');
  expect(await listed()).toHaveLength(1);
  const again = await native();
  expect(again.text).toContain('scans@1.0 is published and stays as it is');
});

test('withheld masks and other images are left out', async () => {
  const { code, text } = await native('--withhold-truth');
  expect(code).toBe(0);
  expect(text).toContain('Withheld: 3 images');
  expect(await released()).toEqual(['README', scanOf('a'), scanOf('b')]);
});

test('names in headers stop it, and are removed on demand, with the voxels as they were', async () => {
  await nameScan('a', 1);
  const stopped = await native();
  expect(stopped.text).toMatch(/headers of 1 image have text.*descrip \(1 file\).*--header-text remove/);
  expect(stopped.text).not.toContain(NAME);
  expect(await here.database.owner.dataset.count({ where: { challenge: { slug } } })).toBe(0);

  expect((await native('--header-text', 'remove', '--final', '--yes')).code).toBe(0);
  const bytes = await contentOf(scanOf('a'));
  expect(gunzipSync(bytes).includes(NAME)).toBe(false);
  expect(readImage(bytes).volume.data).toEqual(scanValues(1));
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('heldout-release-'))).toEqual([]);
});

test('a scan of a hidden test set stops it', async () => {
  const keyFile = join(work, 'subjects.key');
  const key = Buffer.alloc(32, 1);
  const hidden = await writeFiles(join(work, 'hidden'), plainCase('bids', 'x', 2));
  const { cases } = await checkDataset(await readDataset(hidden, NO_OPTIONS), CHECK);
  const testSet = await newTestSet({ subjects: hashSubjects(cases, key) });
  await here.database.owner.phase.updateMany({
    where: { challenge: { slug } },
    data: { testSetId: testSet },
  });
  expect((await native('--subject-key', keyFile)).text).toMatch(/there is none in .*subjects\.key/);
  await writeFile(keyFile, `${'02'.repeat(32)}\n`);
  expect((await native('--subject-key', keyFile)).text).toContain('sealed with another subject key');

  await writeFile(keyFile, `${key.toString('hex')}\n`);
  const found = await native('--subject-key', keyFile);
  expect(found.text).toMatch(/^1 scan is in a hidden test set/);
  expect(found.text).toMatch(/sub-b_ses-1: .* has the same voxels as a scan in the hidden test set of/);
  expect(await here.database.owner.dataset.count({ where: { challenge: { slug } } })).toBe(0);
  await rm(join(folder, 'sub-b'), { recursive: true });
  expect((await native('--subject-key', keyFile)).code).toBe(0);
});

test('bad cases, a missing description and bad arguments are named before anything is sent', async () => {
  await writeFile(join(folder, scanOf('b')), 'no image');
  const bad = await native();
  expect(bad.text).toMatch(/1 error in 2 cases; nothing was sent/);
  expect(bad.text).toContain('sub-b_ses-1');
  const undescribed = await publish(folder, '--variant', 'native');
  expect(undescribed.text).toMatch(/has no dataset scans yet. Describe it with --describe FILE/);
  await writeFile(join(work, 'dataset.json'), JSON.stringify({ ...DATASET, access: 'ALL', doi: 'no' }));
  expect((await native()).text).toMatch(
    /doesn't describe a dataset, so nothing was sent.\n.*access[\s\S]*doi|doi[\s\S]*access/,
  );
  expect((await native('--header-text', 'maybe')).text).toContain('remove or keep');
  expect((await native('--final')).text).toContain('--yes');
  expect(await here.database.owner.dataset.count({ where: { challenge: { slug } } })).toBe(0);
});
