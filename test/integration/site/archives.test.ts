import { createHash, randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ArchiveKind } from '#lib/api/archives.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { storeArchive } from '#lib/site/submissions/archives/store-archive.ts';
import { listArchives } from '#lib/site/submissions/archives/uploaded-archives.ts';
import { pzstd } from '#test/support/images/zstd.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { inChunks, tarOf } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let organizer: Viewer;
let member: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  const limits = { ...DEFAULT_LIMITS, imageMib: 1 };
  scene = await newScene(here.database.owner, { limits, closesAt: new Date('2040-01-01T00:00:00Z') });
  organizer = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({
    data: { challengeId, userId: organizer.userId, role: 'OWNER' },
  });
  const owner = await here.newViewer();
  await scene.team(owner.userId);
  member = await here.refresh(owner);
});
afterAll(() => here.close());

interface SendOptions {
  kind?: ArchiveKind;
  fileName?: string;
  expectedBytes?: number | undefined;
  expectedSha256?: string;
  chunks?: AsyncIterable<Uint8Array>;
  viewer?: Viewer | null;
}

function send(bytes: Uint8Array, options: SendOptions = {}) {
  const {
    kind = 'image',
    viewer = member,
    fileName = 'image.tar',
    chunks = inChunks(bytes),
    expectedSha256,
  } = options;
  const expectedBytes = 'expectedBytes' in options ? options.expectedBytes : bytes.length;
  const place = { team: member.teams[0]!.slug, challenge: scene.challengeSlug, phase: 'test' };
  return storeArchive(here.site, kind, { ...place, fileName, chunks, expectedBytes, expectedSha256 }, viewer);
}

async function countArchives(): Promise<number> {
  const where = { teamId: member.teams[0]!.id };
  const { image, modelArchive } = here.database.owner;
  return (await image.count({ where })) + (await modelArchive.count({ where }));
}

test.each([
  ['plain', (tar: Buffer) => tar],
  ['gzip', (tar: Buffer) => gzipSync(tar)],
  ['zstd', (tar: Buffer) => zstdCompressSync(tar)],
  ['pzstd', (tar: Buffer) => pzstd(tar)],
])('a %s archive is stored under its SHA-256, byte for byte', async (_, compress) => {
  const archive = compress(await tarOf([['manifest.json', randomBytes(3000)]]));
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const image = await send(archive, { expectedSha256: sha256 });
  expect(image).toMatchObject({ fileName: 'image.tar', bytes: archive.length, sha256 });
  expect(Buffer.from(await here.site.store.read(sha256)).equals(archive)).toBe(true);
  await here.database.owner.image.delete({ where: { id: image.id } });
});

const REFUSED: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'a file that isn’t an archive',
    () => send(Buffer.from('%PDF-1.7 '.repeat(200))),
    'INVALID',
    /isn’t an image archive.*docker save/s,
  ],
  ['a short text', () => send(Buffer.from('hello')), 'INVALID', /isn’t an image archive/],
  [
    'a model that isn’t an archive',
    () => send(Buffer.from('PK weights'.repeat(200)), { kind: 'model' }),
    'INVALID',
    /isn’t a model archive.*tar -czf/s,
  ],
  [
    'an upload that is cut off',
    () => send(gzipSync(randomBytes(2000)), { expectedBytes: 5000 }),
    'UPLOAD_INCOMPLETE',
    /ended after \d+ of 5000 bytes. Nothing was stored/,
  ],
  [
    'more than was declared',
    () => send(gzipSync(randomBytes(2000)), { expectedBytes: 1000 }),
    'UPLOAD_INCOMPLETE',
    /more than the declared 1000 bytes/,
  ],
  [
    'other content than was declared',
    () => send(gzipSync('x'), { expectedSha256: 'ab'.repeat(32) }),
    'UPLOAD_INCOMPLETE',
    /SHA-256 is .*, but the sender declared/,
  ],
  ['no length', () => send(gzipSync('x'), { expectedBytes: undefined }), 'INVALID', /Content-Length/],
  ['an empty file', () => send(Buffer.alloc(0)), 'INVALID', /empty/],
];
test.each(REFUSED)('%s is refused and leaves nothing behind', async (_, sending, code, message) => {
  const before = [await here.storedFiles(), await countArchives()];
  await expect(sending()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect([await here.storedFiles(), await countArchives()]).toEqual(before);
});

test('an archive over the phase’s limit is refused before it is read', async () => {
  let isRead = false;
  const chunks = (async function* () {
    isRead = true;
    yield gzipSync('x');
  })();
  await expect(send(gzipSync('x'), { chunks, expectedBytes: 2 ** 20 + 1 })).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: 'The file is larger than the limit of 1 MiB. Nothing was stored.',
  });
  expect(isRead).toBe(false);
});

test('only members can upload, and only for their own team', async () => {
  const archive = gzipSync('x');
  await expect(send(archive, { viewer: null })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(send(archive, { viewer: organizer })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\images\\a.tar', 'a.tar'],
  ['a\r\nSet-Cookie: x=1', 'aSet-Cookie: x=1'],
  ['\u202Etar.gz', 'tar.gz'],
  ['', 'image'],
  ['x'.repeat(500), 'x'.repeat(200)],
])('the file name %j is stored as %j', async (fileName, expected) => {
  const image = await send(gzipSync('x'), { fileName });
  expect(image.fileName).toBe(expected);
  await here.database.owner.image.delete({ where: { id: image.id } });
});

test('a model is stored like an image, but separately', async () => {
  const archive = gzipSync(await tarOf([['weights.bin', randomBytes(3000)]]));
  const model = await send(archive, { kind: 'model', fileName: '' });
  expect(model).toMatchObject({ fileName: 'model', bytes: archive.length });
  const { owner } = here.database;
  expect(await owner.modelArchive.findUnique({ where: { id: model.id } })).toMatchObject({
    sha256: createHash('sha256').update(archive).digest('hex'),
  });
  expect(await owner.image.findUnique({ where: { id: model.id } })).toBeNull();
  await owner.modelArchive.delete({ where: { id: model.id } });
});

test('a team can’t upload more than ten unsubmitted archives of a kind', async () => {
  const archive = gzipSync('the same ten times');
  for (let count = 0; count < 10; count++) await send(archive);
  await expect(send(archive)).rejects.toMatchObject({ code: 'CONFLICT' });
  const { id } = await send(archive, { kind: 'model' });
  await here.database.owner.modelArchive.delete({ where: { id } });
  await here.database.owner.image.deleteMany({ where: { teamId: member.teams[0]!.id } });
});

test('concurrent uploads count toward this limit', async () => {
  const archive = gzipSync('twelve times at once');
  const gate = Promise.withResolvers<void>();
  const slowly = async function* () {
    yield archive.subarray(0, 12);
    await gate.promise;
    yield archive.subarray(12);
  };
  const sending = Array.from({ length: 12 }, () => send(archive, { chunks: slowly() }));
  const refused = sending.map((one) =>
    one.then(
      () => null,
      ({ code }) => code,
    ),
  );
  // Two are refused while the others are still uploading.
  await Promise.any(refused.map(async (one) => (await one) ?? Promise.reject(new Error('It was taken.'))));
  gate.resolve();
  expect((await Promise.all(refused)).filter((code) => code === 'CONFLICT')).toHaveLength(2);
  await here.database.owner.image.deleteMany({ where: { teamId: member.teams[0]!.id } });
  await send(archive);
  await here.database.owner.image.deleteMany({ where: { teamId: member.teams[0]!.id } });
});

test('members see the archives of their team, latest first, and identical ones only once', async () => {
  const { slug, id: teamId } = member.teams[0]!;
  const older = await send(gzipSync('older'), { fileName: 'a.tar.gz' });
  const newer = await send(gzipSync('newer'), { fileName: 'b.tar.gz' });
  const again = await send(gzipSync('older'), { fileName: 'a again.tar.gz' });
  const model = await send(gzipSync('weights'), { kind: 'model' });
  const { owner } = here.database;
  const sent = { teamId, userId: member.userId, imageId: newer.id, algorithm: 'net 2' };
  await owner.submission.create({ data: { ...sent, phaseId: scene.phaseId } });
  const list = (kind: ArchiveKind, viewer: Viewer | null = member, query: object = {}) =>
    listArchives(here.site, kind, { team: slug, limit: 50, ...query }, viewer);
  const inList = [
    { ...again, uploadedAt: expect.any(String), algorithm: null },
    { ...newer, uploadedAt: expect.any(String), algorithm: 'net 2' },
  ];
  expect(await list('image')).toEqual({ archives: inList, next: null });
  expect(again.sha256).toBe(older.sha256);
  // The older one of the same content is on no page.
  expect(await list('image', member, { limit: 1 })).toEqual({ archives: [inList[0]], next: again.id });
  expect(await list('image', member, { limit: 1, after: again.id })).toEqual({
    archives: [inList[1]],
    next: null,
  });
  expect(await list('model')).toMatchObject({ archives: [{ id: model.id }] });
  await expect(list('image', organizer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(list('image', null)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await owner.submission.deleteMany({ where: { teamId } });
  await owner.image.deleteMany({ where: { teamId } });
  await owner.modelArchive.deleteMany({ where: { teamId } });
});
