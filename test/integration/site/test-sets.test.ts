import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { STROKE_METADATA } from '#lib/domain/tasks/stroke-t1.ts';
import { SEALED_FORMAT_1 } from '#lib/domain/test-sets/manifest.ts';
import { importTestSet } from '#lib/site/test-sets/import-test-set.ts';
import { newScene, type Scene, unique } from '#test/support/site/scene.ts';
import { type SealedFiles, sealedFiles, sealTo, setDescription } from '#test/support/site/sealed-set.ts';
import { inChunks, tarOf } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let scene: Scene;
let recipient: string;
let organizer: Viewer;
let member: Viewer;
beforeAll(async () => {
  here = await openTestSite();
  scene = await newScene(here.database.owner);
  recipient = await identityToRecipient(await generateIdentity());
  await here.database.owner.runner.create({ data: { name: unique('runner'), recipient, host: {} } });
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

const CASES = 2;

async function sealToPassphrase(content: string, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(2);
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(content);
}

const description = (over: object) => setDescription(recipient, CASES, over);
const validFiles = () => sealedFiles(recipient, CASES);

function sendTestSet(
  bytes: Uint8Array,
  { expectedBytes = bytes.length, viewer = organizer as Viewer | null } = {},
) {
  const place = { challenge: scene.challengeSlug, phase: 'test' };
  return importTestSet(here.site, { ...place, chunks: inChunks(bytes), expectedBytes }, viewer);
}

test('a sealed set is stored as blobs and rows, assigned to the phase, and recorded in the audit log', async () => {
  const files = await validFiles();
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
  const blobs = [manifestBlob, ...cases.flatMap(({ inputBlob, truthBlob }) => [inputBlob, truthBlob])];
  for (const [place, blob] of blobs.entries()) {
    const stored = Buffer.from(await here.site.store.read(blob));
    expect(stored.equals(Buffer.from(files[place + 1]![1]))).toBe(true);
  }
  const audit = await here.database.owner.auditEvent.findFirst({ where: { action: 'testset.import' } });
  expect(audit).toMatchObject({ actor: organizer.name, detail: { testSet: imported.id, cases: CASES } });
});

/** Each makes a valid set invalid. */
const INVALID_SETS: [string, (files: SealedFiles) => Promise<SealedFiles> | SealedFiles, RegExp][] = [
  [
    'a scan in clear',
    (files) => replaced(files, 2, Buffer.alloc(50_000, 7)),
    /0000\.inputs\.age: this file isn’t sealed. Nothing was stored/,
  ],
  ['an empty scan', (files) => replaced(files, 2, ''), /isn’t sealed/],
  ['a truth that is only a header', (files) => replaced(files, 3, headerOf(files[3]![1])), /isn’t sealed/],
  [
    'a header without its end',
    (files) => replaced(files, 3, `age-encryption.org/v1\n${'a'.repeat(40_000)}`),
    /isn’t sealed/,
  ],
  [
    'a truth sealed to a passphrase',
    async (files) => replaced(files, 5, await sealToPassphrase('x', 'secret')),
    /0001\.truths\.age: this file isn’t sealed/,
  ],
  [
    'a manifest in clear',
    (files) => replaced(files, 1, '{"cases":[]}'),
    /manifest\.age: this file isn’t sealed/,
  ],
  ['a case too few', (files) => files.slice(0, -2), /"cases\/0001\.inputs\.age" is missing/],
  [
    'a case too many',
    (files) => [...files, ['cases/0002.inputs.age', files[2]![1]]],
    /more files than its cases/,
  ],
  [
    'scan and truth swapped',
    (files) => files.with(2, files[3]!).with(3, files[2]!),
    /"cases\/0000\.inputs\.age" is missing/,
  ],
  [
    'a path outside of the set',
    (files) => files.with(2, ['../../evil', files[2]![1]]),
    /"cases\/0000\.inputs\.age" is missing/,
  ],
  ['no description', (files) => files.slice(1), /"testset\.json" is missing/],
  ['a description that is no JSON', (files) => replaced(files, 0, '{'), /testset\.json isn’t valid JSON/],
  [
    'an unknown format',
    (files) => replaced(files, 0, description({ format: 'other/1' })),
    /testset\.json is invalid: format/,
  ],
  [
    'an unknown key',
    (files) => replaced(files, 0, description({ recipient: `age1${'q'.repeat(58)}` })),
    /no runner of this site has that key/,
  ],
  [
    'no worst value for a metric',
    (files) => replaced(files, 0, description({ worst: { dice: 0 } })),
    /no worst value for volume_difference/,
  ],
  [
    'names and truths in the description',
    (files) => replaced(files, 0, description({ cases: ['sub-01'] })),
    /testset\.json is invalid/,
  ],
];
const replaced = (files: SealedFiles, at: number, content: Uint8Array | string): SealedFiles =>
  files.with(at, [files[at]![0], content]);
const headerOf = (sealed: Uint8Array | string) => {
  const text = Buffer.from(sealed).toString('latin1');
  return Buffer.from(text.slice(0, text.indexOf('\n', text.indexOf('\n--- ') + 1) + 1), 'latin1');
};

test.each(INVALID_SETS)('a set with %s is refused completely', async (_, spoil, message) => {
  const before = [await here.storedFiles(), await here.database.owner.testSet.count()];
  const tar = await tarOf(await spoil(await validFiles()));
  await expect(sendTestSet(tar)).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringMatching(message),
  });
  expect([await here.storedFiles(), await here.database.owner.testSet.count()]).toEqual(before);
});

test('a truncated set, a file that isn’t a tar, and a compressed one are refused completely', async () => {
  const before = await here.storedFiles();
  const tar = await tarOf(await validFiles());
  const half = tar.subarray(0, 60_000);
  await expect(sendTestSet(half, { expectedBytes: tar.length })).rejects.toMatchObject({
    code: 'UPLOAD_INCOMPLETE',
    message: `The upload ended after 60000 of ${tar.length} bytes. Nothing was stored. Upload the file again.`,
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

test('a set of format 1 is stored too', async () => {
  const {
    inputs: _,
    truths: __,
    hasGroundTruth: ___,
    hasScorerKey: ____,
    ...facts
  } = JSON.parse(description({}));
  const files = (await validFiles()).map(([name, content]): SealedFiles[number] => {
    if (name === 'testset.json') return [name, JSON.stringify({ ...facts, format: SEALED_FORMAT_1 })];
    return [name.replace('.inputs.', '.scan.').replace('.truths.', '.truth.'), content];
  });
  const imported = await sendTestSet(await tarOf(files));
  const stored = await here.database.owner.testCase.findMany({ where: { testSetId: imported.id } });
  expect(stored).toHaveLength(CASES);
});

test('a set with an archive for a scorer has one blob more', async () => {
  const [header, manifest, ...cases] = await validFiles();
  const archive = await sealTo(recipient, 'the archive');
  const files: SealedFiles = [
    ['testset.json', description({ hasGroundTruth: true })],
    manifest!,
    ['ground-truth.age', archive],
    ...cases,
  ];
  const imported = await sendTestSet(await tarOf(files));
  const set = await here.database.owner.testSet.findUniqueOrThrow({ where: { id: imported.id } });
  expect(Buffer.from(await here.site.store.read(set.groundTruthBlob!))).toEqual(Buffer.from(archive));
  await expect(sendTestSet(await tarOf([header!, ...files.slice(1)]))).rejects.toMatchObject({
    code: 'INVALID',
  });
});

test.each([
  ['an input', { inputs: [STROKE_METADATA] }, /needs t1-brain-mri of every case/],
  [
    'a truth',
    { truths: ['tissue'] },
    /scored by stroke-lesion-segmentation, but the test set has the truth of tissue/,
  ],
])('a set without %s that the task needs is refused in words', async (_, over, message) => {
  const [, ...files] = await validFiles();
  const set = await tarOf([['testset.json', description(over)], ...files]);
  await expect(sendTestSet(set)).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringMatching(message),
  });
});

test('only organizers can import a set, and not for a phase with submissions', async () => {
  const tar = await tarOf(await validFiles());
  await expect(sendTestSet(tar, { viewer: null })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await expect(sendTestSet(tar, { viewer: member })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await scene.evaluation();
  await expect(sendTestSet(tar)).rejects.toMatchObject({ code: 'CONFLICT' });
});
