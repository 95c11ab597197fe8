import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sendOffer } from '#app/api/download.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DECRYPT_WAYS } from '#lib/domain/datasets/decrypt-commands.ts';
import type { DownloadForm } from '#lib/domain/datasets/download-form.ts';
import { offerArchive, offerFile } from '#lib/site/datasets/download.ts';
import { describeDataset, describeRelease, publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import { keyMaterial } from '#lib/site/datasets/keys/key-material.ts';
import { ownKey } from '#lib/site/datasets/keys/own-key.ts';
import { traceArchive } from '#lib/site/datasets/keys/trace.ts';
import { uploadVariant } from '#lib/site/datasets/upload-variant.ts';
import { skipWithout } from '#test/support/missing-tool.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { inChunks } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Downloads for the key of an account, decrypted with the commands that people have: age and openssl of Debian. */

const run = promisify(execFile);
const AGE = '/usr/bin/age';
const SCAN = createHash('shake256', { outputLength: 300_000 }).update('scan').digest();
const FILES: [string, Uint8Array][] = [
  ['README', Buffer.from('Read me.\n')],
  ...Array.from({ length: 20 }, (_, index): [string, Uint8Array] => [
    `sub-${index}/anat/sub-${index}_T1w.nii.gz`,
    SCAN.subarray(0, index === 0 ? SCAN.length : 1000 + index),
  ]),
];
const ENCRYPTED = ['age', 'age-passphrase', 'openssl'] as const;

let here: TestSite;
let editor: Viewer;
let place: { challenge: string; dataset: string; version: string; variant: string };
let folder: string;
beforeAll(async () => {
  here = await openTestSite();
  const { challengeId, challengeSlug: challenge } = await newScene(here.database.owner);
  editor = await here.newViewer();
  await here.database.owner.organizer.create({
    data: { challengeId, userId: editor.userId, role: 'EDITOR' },
  });
  editor = await here.refresh(editor);
  place = { challenge, dataset: unique('scans'), version: '1.0', variant: 'native' };
  await describeDataset(here.site, place, DATASET, editor);
  await describeRelease(here.site, place, {}, editor);
  const archive = await releaseArchive(FILES);
  const upload = { ...place, chunks: inChunks(archive), expectedBytes: archive.length };
  await uploadVariant(here.site, upload, editor);
  await publishRelease(here.site, place, editor);
  folder = mkdtempSync(join(tmpdir(), 'heldout-encrypted-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await here.close();
});

async function take(viewer: Viewer, form: DownloadForm, headers: Record<string, string> = {}) {
  const offer = await offerArchive(here.site, place, { form }, viewer);
  const response = await sendOffer(new Request('http://site/', { headers }), offer, here.site.log);
  return { response, bytes: Buffer.from(await response.arrayBuffer()), fileName: offer.fileName };
}

async function materialOf(viewer: Viewer) {
  const { secret, recipient } = await ownKey(here.site, viewer);
  return keyMaterial(secret, recipient);
}

/** Runs a command that asks for a passphrase on a terminal. */
async function onTerminal(command: string, answer: string): Promise<number | null> {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: folder,
  });
  child.stdout.once('data', () => child.stdin.write(`${answer}\n`));
  child.stdout.resume();
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.stdin.destroy();
  return code;
}

function listTar(bytes: Uint8Array): Promise<{ stdout: string }> {
  writeFileSync(join(folder, 'listed.tar.gz'), bytes);
  return run('tar', ['tzf', join(folder, 'listed.tar.gz')]);
}

async function expectContent(bytes: Uint8Array): Promise<void> {
  writeFileSync(join(folder, 'opened.tar.gz'), bytes);
  await run('tar', ['xzf', 'opened.tar.gz'], { cwd: folder });
  const root = join(folder, `${place.dataset}-1.0-native`);
  for (const [path, content] of FILES) expect(readFileSync(join(root, path)).equals(content)).toBe(true);
  rmSync(root, { recursive: true });
}

const reason = existsSync(AGE) ? null : `${AGE} is missing (Debian, Ubuntu: apt-get install age)`;

describe.skipIf(skipWithout('Decryption with the age command', reason))('age opens a download', () => {
  const commandFor = (form: DownloadForm, name: string) =>
    DECRYPT_WAYS.find((way) => way.form === form)!.commands(name)[0]!;

  test('with the identity, and no other identity does', async () => {
    const viewer = await here.newViewer();
    const { bytes, fileName } = await take(viewer, 'age');
    const name = `${place.dataset}-1.0-native.tar.gz`;
    expect(fileName).toBe(`${name}.age`);
    writeFileSync(join(folder, fileName), bytes);
    const decrypt = () => run('bash', ['-c', commandFor('age', name)], { cwd: folder });
    writeFileSync(join(folder, 'key.txt'), `${(await materialOf(await here.newViewer())).identity}\n`);
    await expect(decrypt()).rejects.toThrow('no identity matched');
    writeFileSync(join(folder, 'key.txt'), `${(await materialOf(viewer)).identity}\n`);
    await decrypt();
    await expectContent(readFileSync(join(folder, name)));
  });

  test('with the passphrase, typed on a terminal', async () => {
    const viewer = await here.newViewer();
    const name = 'by-passphrase.tar.gz';
    writeFileSync(join(folder, `${name}.age`), (await take(viewer, 'age-passphrase')).bytes);
    const command = commandFor('age-passphrase', name);
    expect(await onTerminal(command, 'wrong-passphrase')).not.toBe(0);
    expect(await onTerminal(command, (await materialOf(viewer)).passphrase)).toBe(0);
    await expectContent(readFileSync(join(folder, name)));
  });
});

test('openssl verifies and opens a download, with the commands that the site shows', async () => {
  const viewer = await here.newViewer();
  const { bytes, fileName } = await take(viewer, 'openssl');
  const hmac = await take(viewer, 'openssl-hmac');
  const name = `${place.dataset}-1.0-native.tar.gz`;
  expect([fileName, hmac.fileName]).toEqual([`${name}.enc`, `${name}.enc.hmac`]);
  writeFileSync(join(folder, hmac.fileName), hmac.bytes);
  const { passphrase, verificationKey } = await materialOf(viewer);
  const [verify, decrypt] = DECRYPT_WAYS.find(({ form }) => form === 'openssl')!.commands(name);
  const verified = () =>
    run('bash', ['-c', verify!.replace('VERIFICATION_KEY', verificationKey)], { cwd: folder });
  const changed = Buffer.from(bytes);
  changed[1000]! ^= 1;
  writeFileSync(join(folder, fileName), changed);
  await expect(verified()).rejects.toThrow();
  writeFileSync(join(folder, fileName), bytes);
  expect((await verified()).stdout).toBe('');
  expect(await onTerminal(decrypt!, 'wrong-passphrase')).not.toBe(0);
  expect(await onTerminal(decrypt!, passphrase)).toBe(0);
  await expectContent(readFileSync(join(folder, name)));
});

test.each(ENCRYPTED)('as %s, a download goes on with the same bytes, or not at all', async (form) => {
  const viewer = await here.newViewer();
  const { response, bytes } = await take(viewer, form);
  const etag = response.headers.get('etag')!;
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  for (const [from, to] of [
    [0, 1],
    [100, 70_000],
    [250_001, bytes.length],
    [bytes.length - 1, bytes.length],
  ] as const) {
    const range = { range: `bytes=${from}-${to - 1}`, 'if-range': etag };
    const part = await take(viewer, form, range);
    expect(part.response.status).toBe(206);
    expect(part.bytes.equals(bytes.subarray(from, to))).toBe(true);
  }
  // For another person the bytes are others.
  const other = await here.newViewer();
  expect((await take(other, form, { range: 'bytes=100-', 'if-match': etag })).response.status).toBe(412);
  const tags = [
    etag,
    ...(await Promise.all(['plain' as const, ...ENCRYPTED].map((as) => take(other, as)))).map(
      (one) => one.response.headers.get('etag')!,
    ),
  ];
  expect(new Set(tags).size).toBe(tags.length);
});

test('who leaves out the first byte has a receipt, and who goes on has one', async () => {
  const viewer = await here.newViewer();
  const receipts = () => here.database.owner.download.count({ where: { userId: viewer.userId } });
  await take(viewer, 'age', { range: 'bytes=1-' });
  expect(await receipts()).toBe(1);
  await take(viewer, 'age', { range: 'bytes=500-' });
  expect(await receipts()).toBe(1);
  await take(viewer, 'age');
  expect(await receipts()).toBe(2);
});

test('a single file is encrypted too', async () => {
  const viewer = await here.newViewer();
  const path = 'sub-0/anat/sub-0_T1w.nii.gz';
  const offer = await offerFile(here.site, place, { path, form: 'openssl' }, viewer);
  expect(offer.fileName).toBe('sub-0_T1w.nii.gz.enc');
  expect(offer.file.bytes).toBe(16 + (Math.floor(SCAN.length / 16) + 1) * 16);
});

test('a visitor is asked to sign in, because a form is for the key of an account', async () => {
  const offer = offerArchive(here.site, place, { form: 'age' }, null);
  await expect(offer).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
});

test('two first downloads at once are for one key', async () => {
  const viewer = await here.newViewer();
  const keys = await Promise.all([1, 2, 3].map(() => ownKey(here.site, viewer)));
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
});

describe('a copy is traced to whom it was made for', () => {
  let suspect: Viewer;
  let copy: Buffer;
  beforeAll(async () => {
    suspect = await here.newViewer();
    // The decrypted archive of the suspect, among those of others.
    for (const viewer of [await here.newViewer(), suspect, await here.newViewer()]) {
      const { identity } = await materialOf(viewer);
      const { Decrypter } = await import('age-encryption');
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity!);
      const opened = await decrypter.decrypt((await take(viewer, 'age')).bytes);
      if (viewer === suspect) copy = Buffer.from(opened);
    }
  });

  const membersOf = async (bytes: Uint8Array) => (await listTar(bytes)).stdout.trim().split('\n');
  const trace = async (paths: string[], blockBytes: number | null, viewer = editor) =>
    traceArchive(here.site, place, { paths, blockBytes }, viewer);

  test('by order and size of blocks', async () => {
    const members = await membersOf(copy);
    const found = await trace(members, copy.readUInt16LE(11));
    expect(found).toMatchObject({ comparedFiles: members.length, certainty: 'certain' });
    expect(found.found).toMatchObject({ email: suspect.email, hasOrder: true, hasBlockSize: true });
    expect(found.found!.downloads).toMatchObject([{ form: 'AGE' }]);
  });

  test('by the order alone, of some of its files, in another folder', async () => {
    const members = await membersOf(copy);
    const some = members.filter((_, index) => index % 3 !== 0).map((path) => path.replace(/^[^/]+/, 'data'));
    expect((await trace(some, null)).found).toMatchObject({ email: suspect.email, hasBlockSize: false });
    // Two neighbours changed places.
    const swapped = [members[1]!, members[0]!, ...members.slice(2)];
    expect((await trace(swapped, null)).found).toMatchObject({ email: suspect.email, hasOrder: false });
  });

  test('and nobody is named without evidence', async () => {
    const members = (await membersOf(copy)).toSorted();
    expect(await trace(members, null)).toMatchObject({ certainty: 'none', found: null });
    expect(await trace(['other', 'files'], null)).toMatchObject({ comparedFiles: 0, certainty: 'none' });
    const plain = await take(suspect, 'plain');
    expect(await trace(await membersOf(plain.bytes), plain.bytes.readUInt16LE(11))).toMatchObject({
      certainty: 'none',
    });
  });

  test('only for organizers', async () => {
    await expect(trace(['README'], null, suspect)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
