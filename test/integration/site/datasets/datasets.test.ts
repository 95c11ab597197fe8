import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { offerFile } from '#lib/site/datasets/download.ts';
import { describeDataset, describeRelease, publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import { listDatasets, listReleaseFiles, readStatistics } from '#lib/site/datasets/read-datasets.ts';
import { uploadVariant } from '#lib/site/datasets/upload-variant.ts';
import { serveApi } from '#test/support/api/serve-routes.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { inChunks } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Datasets from the description to the download, over HTTP where bytes count. */

const run = promisify(execFile);
const LONG = `${'long/'.repeat(25)}é.nii.gz`;
const SCAN = createHash('shake256', { outputLength: 200_000 }).update('scan').digest();
/** With all that BIDS asks for, so that publishing adds nothing. */
const FILES: [string, Uint8Array][] = [
  ['README', Buffer.from('Read me.\n')],
  ['dataset_description.json', Buffer.from('{}\n')],
  ['participants.tsv', Buffer.from('participant_id\n')],
  ['sub-1/anat/sub-1_T1w.nii.gz', SCAN],
  ['sub-2/anat/sub-2_T1w.nii.gz', SCAN.subarray(0, 65_536)],
  ['empty', Buffer.alloc(0)],
  [LONG, Buffer.from('long')],
];

let here: TestSite;
let scene: Scene;
let editor: Viewer;
let api: Awaited<ReturnType<typeof serveApi>>;
let folder: string;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  scene = await newScene(here.database.owner);
  editor = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: editor.userId, role: 'EDITOR' },
  });
  editor = await here.refresh(editor);
  api = await serveApi();
  folder = mkdtempSync(join(tmpdir(), 'heldout-datasets-'));
});
afterAll(async () => {
  api.close();
  rmSync(folder, { recursive: true });
  await here.close();
});

interface Place {
  challenge: string;
  dataset: string;
  version: string;
  variant: string;
}

async function newDraft(description: Partial<typeof DATASET> = {}): Promise<Place> {
  const place = {
    challenge: scene.challengeSlug,
    dataset: unique('scans'),
    version: '1.0.0',
    variant: 'native',
  };
  await describeDataset(here.site, place, { ...DATASET, ...description }, editor);
  await describeRelease(here.site, place, { changelog: 'First.' }, editor);
  return place;
}

async function send(
  place: Place,
  files: readonly (readonly [string, Uint8Array | string])[],
  description = {},
) {
  const archive = await releaseArchive(files, description);
  return sendArchive(place, archive);
}

function sendArchive(place: Place, archive: Uint8Array, expectedBytes = archive.length, viewer = editor) {
  return uploadVariant(here.site, { ...place, chunks: inChunks(archive), expectedBytes }, viewer);
}

async function newRelease(description: Partial<typeof DATASET> = {}): Promise<Place> {
  const place = await newDraft(description);
  await send(place, FILES);
  await publishRelease(here.site, place, editor);
  return place;
}

function addressOf({ challenge, dataset, version, variant }: Place, rest: string): string {
  const release = `challenges/${challenge}/datasets/${dataset}/releases/${version}`;
  return `${api.address}/api/v1/${release}/variants/${variant}/${rest}`;
}

async function get(place: Place, rest: string, headers: Record<string, string> = {}) {
  const response = await fetch(addressOf(place, rest), { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

const contentOf = (path: string) => `content?path=${encodeURIComponent(path)}`;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const blobsOf = async ({ dataset }: Place) =>
  here.database.owner.releaseFile.findMany({
    where: { variant: { release: { dataset: { name: dataset } } } },
  });

test('a published release is downloaded byte for byte, whole with tar and sha256sum, or by file', async () => {
  const place = await newRelease();
  const { response, bytes } = await get(place, 'archive.tar.gz');
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  const name = `${place.dataset}-1.0.0-native`;
  expect(response.headers.get('content-disposition')).toContain(`filename="${name}.tar.gz"`);
  writeFileSync(join(folder, 'archive.tar.gz'), bytes);
  await run('gzip', ['--test', 'archive.tar.gz'], { cwd: folder });
  await run('tar', ['xzf', 'archive.tar.gz'], { cwd: folder });
  const { files, next } = await listReleaseFiles(here.site, place, { limit: 1000 }, null);
  expect(next).toBeNull();
  writeFileSync(
    join(folder, 'list'),
    files.map(({ path, sha256 }) => `${sha256}  ${name}/${path}\n`).join(''),
  );
  const { stdout } = await run('sha256sum', ['--check', 'list'], { cwd: folder });
  expect(stdout.match(/: OK/g)).toHaveLength(FILES.length);

  for (const [path, content] of FILES) {
    const file = await get(place, contentOf(path));
    expect(file.bytes.equals(content)).toBe(true);
    expect(file.response.headers.get('etag')).toBe(`"${sha256(content)}"`);
  }
  expect(await here.database.owner.download.count({ where: { variant: { name: 'native' } } })).toBe(
    1 + FILES.length,
  );
});

test('nothing of a release lies in the store in clear, and its keys lie elsewhere', async () => {
  const place = await newRelease();
  const rows = await blobsOf(place);
  expect(new Set(rows.map(({ fileKey }) => Buffer.from(fileKey).toString('hex'))).size).toBe(FILES.length);
  for (const { blob, path } of rows) {
    const stored = await here.site.store.read(blob);
    const content = FILES.find(([name]) => name === path)![1];
    expect(stored.length).toBeGreaterThan(content.length);
    const start = Buffer.from(content.subarray(0, 64));
    if (start.length > 0) expect(Buffer.from(stored).includes(start)).toBe(false);
  }
  const dataKey = readFileSync(here.site.environment.dataKeyFile, 'utf8').trim();
  expect(dataKey).toMatch(/^[0-9a-f]{64}$/);
  expect(here.site.environment.dataKeyFile.startsWith(`${here.site.environment.storeFolder}/`)).toBe(false);
});

test('a changed blob is not delivered', async () => {
  const place = await newRelease();
  const row = (await blobsOf(place)).find(({ path }) => path === 'sub-1/anat/sub-1_T1w.nii.gz')!;
  const file = join(here.site.environment.storeFolder, row.blob.slice(0, 2), row.blob);
  const changed = readFileSync(file);
  changed[100]! ^= 1;
  writeFileSync(file, changed);
  const { file: content } = await offerFile(here.site, place, { path: row.path }, null);
  const read = async () => {
    for await (const _ of content.read(0, content.bytes));
  };
  await expect(read()).rejects.toThrow('unable to authenticate');
});

test('a download goes on where it was cut, and never mixes two versions of a file', async () => {
  const place = await newRelease();
  for (const rest of ['archive.tar.gz', contentOf('sub-1/anat/sub-1_T1w.nii.gz')]) {
    const whole = await get(place, rest);
    const etag = whole.response.headers.get('etag')!;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const size = whole.bytes.length;
    const part = async (range: string, headers: Record<string, string> = {}) =>
      get(place, rest, { range, ...headers });
    for (const [range, from, to] of [
      ['bytes=100-', 100, size],
      ['bytes=0-0', 0, 1],
      ['bytes=65535-65552', 65_535, 65_553],
      [`bytes=${size - 1}-${size + 5}`, size - 1, size],
      ['bytes=-7', size - 7, size],
    ] as const) {
      const { response, bytes } = await part(range, { 'if-range': etag });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${size}`);
      expect(bytes.equals(whole.bytes.subarray(from, to))).toBe(true);
    }
    expect((await part('bytes=5-', { 'if-range': '"other"' })).bytes.equals(whole.bytes)).toBe(true);
    expect((await part('bytes=5-', { 'if-match': '"other"' })).response.status).toBe(412);
    expect((await part('bytes=5-', { 'if-match': etag })).response.status).toBe(206);
    expect((await part(`bytes=${size}-`)).response.status).toBe(416);
    expect((await part('bytes=9-5')).bytes).toHaveLength(size);
    expect((await part('bytes=0-1,5-6')).bytes).toHaveLength(size);
    expect((await get(place, rest, { 'if-none-match': etag })).response.status).toBe(304);
  }
});

test('publishing adds the files that BIDS asks for, once', async () => {
  const place = await newDraft({ license: 'CC0-1.0' });
  await send(place, [
    ['sub-1/anat/sub-1_T1w.nii.gz', 'scan'],
    ['participants.tsv', 'participant_id\nsub-1\n'],
  ]);
  await describeDataset(here.site, place, { ...DATASET, license: 'CC-BY-4.0' }, editor);
  const [release] = (await publishRelease(here.site, place, editor)).releases;
  await publishRelease(here.site, place, editor);
  const { files } = await listReleaseFiles(here.site, place, { limit: 10 }, null);
  expect(files.map(({ path }) => path).sort()).toEqual([
    'README',
    'dataset_description.json',
    'participants.tsv',
    'sub-1/anat/sub-1_T1w.nii.gz',
  ]);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  expect(release!.variants[0]).toMatchObject({ fileCount: 4, bytes });
  const description = await get(place, contentOf('dataset_description.json'));
  expect(JSON.parse(description.bytes.toString())).toMatchObject({
    DatasetType: 'raw',
    License: 'CC-BY-4.0',
  });
  expect((await get(place, 'archive.tar.gz')).response.status).toBe(200);
});

test('a draft is only for organizers, and has no public trace', async () => {
  const place = await newDraft();
  await send(place, FILES);
  const { challenge, dataset } = place;
  const names = async (viewer: Viewer | null) =>
    (await listDatasets(here.site, challenge, viewer)).map(({ name }) => name);
  expect(await names(null)).not.toContain(dataset);
  expect(await names(editor)).toContain(dataset);
  expect((await get(place, 'archive.tar.gz')).response.status).toBe(404);
  await expect(listReleaseFiles(here.site, place, { limit: 10 }, null)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await listReleaseFiles(here.site, place, { limit: 2 }, editor)).next).not.toBeNull();
});

test('a release under request is described to everybody and downloaded by nobody else', async () => {
  const place = await newRelease({ access: 'REQUEST' });
  expect((await listReleaseFiles(here.site, place, { limit: 10 }, null)).files).toHaveLength(FILES.length);
  expect((await get(place, 'archive.tar.gz')).response.status).toBe(401);
});

test('a published release stays as it is, also for the site’s own login', async () => {
  const place = await newRelease();
  const conflict = { code: 'CONFLICT' };
  await expect(send(place, FILES)).rejects.toMatchObject(conflict);
  await expect(describeRelease(here.site, place, { changelog: 'Other.' }, editor)).rejects.toMatchObject(
    conflict,
  );
  await describeDataset(here.site, place, { ...DATASET, terms: 'Other terms.', license: 'CC0-1.0' }, editor);
  const view = await describeRelease(here.site, place, { errata: 'sub-2 is mirrored.' }, editor);
  expect(view.releases[0]).toMatchObject({
    errata: 'sub-2 is mirrored.',
    changelog: 'First.',
    terms: 'Cite us.',
    termsSha256: sha256(Buffer.from('Cite us.')),
    license: 'CC-BY-4.0',
  });
  const { site } = here.database;
  const variant = await site.releaseVariant.findFirstOrThrow({
    where: { release: { dataset: { name: place.dataset } } },
  });
  const published = /is published/;
  await expect(site.releaseVariant.delete({ where: { id: variant.id } })).rejects.toThrow(published);
  await expect(site.releaseFile.deleteMany({ where: { variantId: variant.id } })).rejects.toThrow(published);
  await expect(
    site.release.update({ where: { id: variant.releaseId }, data: { publishedAt: new Date(0) } }),
  ).rejects.toThrow(published);
  const again = await publishRelease(here.site, place, editor);
  expect(again.releases[0]!.publishedAt).toBe(view.releases[0]!.publishedAt);
});

test('statistics come with a variant, and stay as the release does', async () => {
  const place = await newDraft();
  const statistics = { cases: 2, voxelSizes: [], sites: [], chronicity: [], lesions: null, overlap: null };
  await send(place, FILES, { statistics });
  await publishRelease(here.site, place, editor);
  expect(await readStatistics(here.site, place, null)).toEqual(statistics);
  const { site } = here.database;
  const row = { variant: { release: { dataset: { name: place.dataset } } } };
  const { variantId } = await site.variantStatistics.findFirstOrThrow({ where: row });
  const changed = here.database.owner.variantStatistics.update({
    where: { variantId },
    data: { content: { ...statistics, cases: 3 } },
  });
  await expect(changed).rejects.toThrow(/is published/);
  expect(await readStatistics(here.site, await newRelease(), null)).toBeNull();
});

test('a variant of a draft is replaced whole', async () => {
  const place = await newDraft();
  await expect(publishRelease(here.site, place, editor)).rejects.toThrow('has no data yet');
  await send(place, FILES);
  const other = await send(place, [['README', 'Other.\n']], { title: 'Other' });
  expect(other).toEqual({
    name: 'native',
    title: 'Other',
    caseCount: 2,
    hasTruth: true,
    fileCount: 1,
    bytes: 7,
  });
  expect(
    (await listReleaseFiles(here.site, place, { limit: 10 }, editor)).files.map(({ path }) => path),
  ).toEqual(['README']);
});

const file = (path: string): [string, string] => [path, 'x'];
test.each<[string, readonly (readonly [string, string])[], Record<string, unknown>, RegExp]>([
  ['no files', [], {}, /no files/],
  ['a path out of the folder', [file('../x')], {}, /“..\/x”/],
  ['an absolute path', [file('/etc/passwd')], {}, /etc\/passwd/],
  ['a path that Windows refuses', [file('a:b')], {}, /Windows/],
  ['two names that differ in case', [file('A'), file('a')], {}, /twice/],
  ['an invisible character', [file('a\u200bb')], {}, /invisible/],
  ['no title', [file('a')], { title: '' }, /variant.json: title/],
  ['no cases', [file('a')], { caseCount: 0 }, /variant.json: caseCount/],
  ['statistics of another kind', [file('a')], { statistics: { cases: 1 } }, /variant.json: statistics/],
])('%s is refused, and nothing is stored', async (_, files, description, message) => {
  const place = await newDraft();
  await expect(send(place, files, description)).rejects.toThrow(message);
  expect(await blobsOf(place)).toEqual([]);
});

test('a cut or too long upload is refused, and nothing is stored', async () => {
  const place = await newDraft();
  const archive = await releaseArchive(FILES);
  await expect(sendArchive(place, archive.subarray(0, 100_000), archive.length)).rejects.toThrow();
  await expect(sendArchive(place, archive, archive.length + 1)).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
  });
  await expect(sendArchive(place, Buffer.from('no tar'))).rejects.toThrow();
  const testSetMaxBytes = 1000;
  const small = { ...here.site, environment: { ...here.site.environment, testSetMaxBytes } };
  const upload = { ...place, chunks: inChunks(archive), expectedBytes: archive.length };
  await expect(uploadVariant(small, upload, editor)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(await blobsOf(place)).toEqual([]);
});
