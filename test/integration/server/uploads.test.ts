import { createHash, randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '#lib/domain/limits.ts';
import { SEALED_FORMAT } from '#lib/domain/test-set.ts';
import type { Viewer } from '#lib/domain/views.ts';
import { importTestSet } from '#lib/server/import-test-set.ts';
import { storeImage } from '#lib/server/store-image.ts';
import { newScene, type Scene, unique } from './scene.ts';
import { openTestSite, type TestSite } from './test-site.ts';

let here: TestSite;
let scene: Scene;
let recipient: string;
let organizer: Viewer;
let member: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  const limits = { ...DEFAULT_LIMITS, imageMib: 1 };
  scene = await newScene(here.database.owner, { limits, closesAt: new Date('2040-01-01T00:00:00Z') });
  recipient = await identityToRecipient(await generateIdentity());
  await here.database.owner.runner.create({ data: { name: unique('runner'), recipient, host: {} } });
  organizer = await here.newViewer();
  const { challengeId } = scene;
  await here.database.owner.organizer.create({ data: { challengeId, userId: organizer.userId } });
  const founder = await here.newViewer();
  await scene.team(founder.userId);
  member = await here.refresh(founder);
});
afterAll(() => here.close());

async function* inChunks(bytes: Uint8Array, chunkBytes = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** A tar of these files, in this order. */
async function tarOf(files: readonly (readonly [string, Uint8Array | string])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of files) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

// ---- images

interface ImageOptions {
  fileName?: string;
  expectedBytes?: number | undefined;
  expectedSha256?: string;
  chunks?: AsyncIterable<Uint8Array>;
  viewer?: Viewer | null;
}

function sendImage(bytes: Uint8Array, options: ImageOptions = {}) {
  const { viewer = member, fileName = 'image.tar', chunks = inChunks(bytes), expectedSha256 } = options;
  const expectedBytes = 'expectedBytes' in options ? options.expectedBytes : bytes.length;
  const place = { team: member.teams[0]!.slug, challenge: scene.challengeSlug, phase: 'test' };
  return storeImage(here.site, { ...place, fileName, chunks, expectedBytes, expectedSha256 }, viewer);
}

const submitted = () => here.database.owner.image.count({ where: { teamId: member.teams[0]!.id } });

test.each([
  ['plain', (tar: Buffer) => tar],
  ['gzip', (tar: Buffer) => gzipSync(tar)],
  ['zstd', (tar: Buffer) => zstdCompressSync(tar)],
])('a %s archive is stored under its SHA-256, byte for byte', async (_, compress) => {
  const archive = compress(await tarOf([['manifest.json', randomBytes(3000)]]));
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const image = await sendImage(archive, { expectedSha256: sha256 });
  expect(image).toMatchObject({ fileName: 'image.tar', bytes: archive.length, sha256 });
  expect(Buffer.from(await here.site.store.read(sha256)).equals(archive)).toBe(true);
  await here.database.owner.image.delete({ where: { id: image.id } });
});

const REFUSED_IMAGES: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'a file that is no archive',
    () => sendImage(Buffer.from('%PDF-1.7 '.repeat(200))),
    'INVALID',
    /no image archive.*docker save/s,
  ],
  ['a short text', () => sendImage(Buffer.from('hello')), 'INVALID', /no image archive/],
  [
    'an upload that is cut off',
    () => sendImage(gzipSync(randomBytes(2000)), { expectedBytes: 5000 }),
    'UPLOAD_INCOMPLETE',
    /ended after \d+ of 5000 bytes. Nothing was stored/,
  ],
  [
    'more than was announced',
    () => sendImage(gzipSync(randomBytes(2000)), { expectedBytes: 1000 }),
    'UPLOAD_INCOMPLETE',
    /More than the announced 1000 bytes/,
  ],
  [
    'other content than was announced',
    () => sendImage(gzipSync('x'), { expectedSha256: 'ab'.repeat(32) }),
    'UPLOAD_INCOMPLETE',
    /damaged on the way/,
  ],
  ['no length', () => sendImage(gzipSync('x'), { expectedBytes: undefined }), 'INVALID', /Content-Length/],
  ['an empty file', () => sendImage(Buffer.alloc(0)), 'INVALID', /empty/],
];
test.each(REFUSED_IMAGES)('%s is refused and leaves nothing behind', async (_, send, code, message) => {
  const before = [await here.storedFiles(), await submitted()];
  await expect(send()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect([await here.storedFiles(), await submitted()]).toEqual(before);
});

test('an archive over the phase’s limit is refused before a byte of it is read', async () => {
  let asked = false;
  const chunks = (async function* () {
    asked = true;
    yield gzipSync('x');
  })();
  await expect(sendImage(gzipSync('x'), { chunks, expectedBytes: 2 ** 20 + 1 })).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: 'The file is larger than 1 MiB. Nothing was stored.',
  });
  expect(asked).toBe(false);
});

test('only members send, and only as a team of theirs', async () => {
  const archive = gzipSync('x');
  await expect(sendImage(archive, { viewer: null })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(sendImage(archive, { viewer: organizer })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\images\\a.tar', 'a.tar'],
  ['a\r\nSet-Cookie: x=1', 'aSet-Cookie: x=1'],
  ['\u202Etar.gz', 'tar.gz'],
  ['', 'image'],
  ['x'.repeat(500), 'x'.repeat(200)],
])('the file name %j is kept as %j', async (fileName, expected) => {
  const image = await sendImage(gzipSync('x'), { fileName });
  expect(image.fileName).toBe(expected);
  await here.database.owner.image.delete({ where: { id: image.id } });
});

test('a team that only uploads is stopped after ten archives', async () => {
  const archive = gzipSync('the same ten times');
  for (let count = 0; count < 10; count++) await sendImage(archive);
  await expect(sendImage(archive)).rejects.toMatchObject({ code: 'CONFLICT' });
  await here.database.owner.image.deleteMany({ where: { teamId: member.teams[0]!.id } });
});

// ---- sealed test sets

const CASES = 2;

async function seal(content: string | Uint8Array, passphrase?: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  if (passphrase) {
    encrypter.setScryptWorkFactor(2);
    encrypter.setPassphrase(passphrase);
  } else encrypter.addRecipient(recipient);
  return encrypter.encrypt(content);
}

const description = (over: object = {}) =>
  JSON.stringify({
    format: SEALED_FORMAT,
    recipient,
    caseCount: CASES,
    sealedAt: '2026-03-01T00:00:00Z',
    worst: { dice: 0, volume_difference: 300 },
    ...over,
  });

type Files = [string, Uint8Array | string][];
async function sealedFiles(): Promise<Files> {
  const files: Files = [
    ['testset.json', description()],
    ['manifest.age', await seal('{}')],
  ];
  for (let index = 0; index < CASES; index++) {
    files.push([`cases/000${index}.scan.age`, await seal(randomBytes(100_000))]);
    files.push([`cases/000${index}.truth.age`, await seal(randomBytes(3000))]);
  }
  return files;
}

function sendTestSet(
  bytes: Uint8Array,
  { expectedBytes = bytes.length, viewer = organizer as Viewer | null } = {},
) {
  const place = { challenge: scene.challengeSlug, phase: 'test' };
  return importTestSet(here.site, { ...place, chunks: inChunks(bytes), expectedBytes }, viewer);
}

test('a sealed set becomes blobs and counts, and the phase’s set; an audit event says who sent it', async () => {
  const files = await sealedFiles();
  const tar = await tarOf(files);
  const imported = await sendTestSet(tar);
  const sha256 = createHash('sha256').update(tar).digest('hex');
  expect(imported).toMatchObject({ caseCount: CASES, bytes: tar.length, sha256 });
  const phase = await here.database.owner.phase.findUniqueOrThrow({
    where: { id: scene.phaseId },
    include: { testSet: { include: { cases: { orderBy: { index: 'asc' } } } } },
  });
  expect(phase.testSet).toMatchObject({
    id: imported.id,
    recipient,
    worst: { dice: 0, volume_difference: 300 },
  });
  const { manifestBlob, cases } = phase.testSet!;
  const blobs = [manifestBlob, ...cases.flatMap(({ scanBlob, truthBlob }) => [scanBlob, truthBlob])];
  for (const [place, blob] of blobs.entries()) {
    const stored = Buffer.from(await here.site.store.read(blob));
    expect(stored.equals(Buffer.from(files[place + 1]![1]))).toBe(true);
  }
  const audit = await here.database.owner.auditEvent.findFirst({ where: { action: 'testset.import' } });
  expect(audit).toMatchObject({ actor: organizer.name, detail: { testSet: imported.id, cases: CASES } });
});

/** Each takes a sound set's files and spoils them. */
const SPOILED: [string, (files: Files) => Promise<Files> | Files, RegExp][] = [
  [
    'a scan in clear',
    (files) => replaced(files, 2, Buffer.alloc(50_000, 7)),
    /0000\.scan\.age: this file is not sealed; nothing was stored/,
  ],
  ['an empty scan', (files) => replaced(files, 2, ''), /not sealed/],
  ['a truth with a header alone', (files) => replaced(files, 3, headerOf(files[3]![1])), /not sealed/],
  [
    'a header without its end',
    (files) => replaced(files, 3, `age-encryption.org/v1\n${'a'.repeat(40_000)}`),
    /not sealed/,
  ],
  [
    'a truth sealed to a passphrase',
    async (files) => replaced(files, 5, await seal('x', 'secret')),
    /0001\.truth\.age: this file is not sealed/,
  ],
  [
    'a manifest in clear',
    (files) => replaced(files, 1, '{"cases":[]}'),
    /manifest\.age: this file is not sealed/,
  ],
  ['a case too few', (files) => files.slice(0, -2), /ends before "cases\/0001\.scan\.age"/],
  [
    'a case too many',
    (files) => [...files, ['cases/0002.scan.age', files[2]![1]]],
    /more in it than its cases/,
  ],
  [
    'scan and truth swapped',
    (files) => files.with(2, files[3]!).with(3, files[2]!),
    /"cases\/0000\.scan\.age" is missing/,
  ],
  [
    'a path out of the set',
    (files) => files.with(2, ['../../evil', files[2]![1]]),
    /"cases\/0000\.scan\.age" is missing/,
  ],
  ['no description', (files) => files.slice(1), /"testset\.json" is missing/],
  ['a description that is no JSON', (files) => replaced(files, 0, '{'), /testset\.json is not JSON/],
  [
    'an unknown format',
    (files) => replaced(files, 0, description({ format: 'other/1' })),
    /testset\.json is not right: format/,
  ],
  [
    'a foreign key',
    (files) => replaced(files, 0, description({ recipient: `age1${'q'.repeat(58)}` })),
    /key of no runner here/,
  ],
  [
    'no worst of a metric',
    (files) => replaced(files, 0, description({ worst: { dice: 0 } })),
    /no worst value for volume_difference/,
  ],
  [
    'names and truths in the description',
    (files) => replaced(files, 0, description({ cases: ['sub-01'] })),
    /testset\.json is not right/,
  ],
];
const replaced = (files: Files, at: number, content: Uint8Array | string): Files =>
  files.with(at, [files[at]![0], content]);
const headerOf = (sealed: Uint8Array | string) => {
  const text = Buffer.from(sealed).toString('latin1');
  return Buffer.from(text.slice(0, text.indexOf('\n', text.indexOf('\n--- ') + 1) + 1), 'latin1');
};

test.each(SPOILED)('a set with %s is refused whole', async (_, spoil, message) => {
  const before = [await here.storedFiles(), await here.database.owner.testSet.count()];
  const tar = await tarOf(await spoil(await sealedFiles()));
  await expect(sendTestSet(tar)).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringMatching(message),
  });
  expect([await here.storedFiles(), await here.database.owner.testSet.count()]).toEqual(before);
});

test('a set that is cut off, no tar at all or a compressed one is refused whole', async () => {
  const before = await here.storedFiles();
  const tar = await tarOf(await sealedFiles());
  const half = tar.subarray(0, 60_000);
  await expect(sendTestSet(half, { expectedBytes: tar.length })).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
    message: `60000 of ${tar.length} bytes came. Nothing was stored; send the file again.`,
  });
  for (const bytes of [half, gzipSync(tar), randomBytes(5000), Buffer.alloc(0), Buffer.alloc(2048)]) {
    await expect(sendTestSet(bytes)).rejects.toMatchObject({ code: 'INVALID' });
  }
  const broken = (async function* () {
    yield half;
    throw new Error('connection reset');
  })();
  const place = { challenge: scene.challengeSlug, phase: 'test', expectedBytes: tar.length };
  await expect(importTestSet(here.site, { ...place, chunks: broken }, organizer)).rejects.toThrow(
    'connection reset',
  );
  expect(await here.storedFiles()).toEqual(before);
});

test('only organizers send a set, and not for a phase that teams have submitted to', async () => {
  const tar = await tarOf(await sealedFiles());
  await expect(sendTestSet(tar, { viewer: null })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(sendTestSet(tar, { viewer: member })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await scene.evaluation();
  await expect(sendTestSet(tar)).rejects.toMatchObject({ code: 'CONFLICT' });
});
