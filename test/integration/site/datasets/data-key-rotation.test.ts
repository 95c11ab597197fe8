import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { openDataKeys } from '#lib/site/datasets/data-keys.ts';
import { offerFile } from '#lib/site/datasets/download.ts';
import { describeDataset, describeRelease, publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import {
  downloadKeyView,
  offerTestFile,
  replaceDownloadKey,
  showDownloadKey,
} from '#lib/site/datasets/keys/account-key.ts';
import { ownKey } from '#lib/site/datasets/keys/own-key.ts';
import { addKeyIfDone, dataKeyUse, wrapAnew } from '#lib/site/datasets/keys/rotate.ts';
import { uploadVariant } from '#lib/site/datasets/upload-variant.ts';
import { ROOT } from '#scripts/root.ts';
import { DATASET, releaseArchive } from '#test/support/site/release-archive.ts';
import { newScene, unique } from '#test/support/site/scene.ts';
import { inChunks } from '#test/support/site/streams.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

/** Data keys and download keys over time: rotated, shown, replaced. */

const run = promisify(execFile);
const PASSWORD = 'correct horse battery';
const FILES = Array.from({ length: 3 }, (_, index): [string, string] => [
  `file-${index}`,
  `content ${index}`,
]);
let here: TestSite;
let viewer: Viewer;
let place: { challenge: string; dataset: string; version: string; variant: string };
beforeAll(async () => {
  here = await openTestSite();
  const { challengeId, challengeSlug: challenge } = await newScene(here.database.owner);
  viewer = await here.newViewer();
  await here.database.owner.organizer.create({
    data: { challengeId, userId: viewer.userId, role: 'EDITOR' },
  });
  viewer = await here.refresh(viewer);
  place = { challenge, dataset: unique('scans'), version: '1.0', variant: 'native' };
  await describeDataset(here.site, place, DATASET, viewer);
  await describeRelease(here.site, place, {}, viewer);
  const archive = await releaseArchive(FILES);
  await uploadVariant(
    here.site,
    { ...place, chunks: inChunks(archive), expectedBytes: archive.length },
    viewer,
  );
  await publishRelease(here.site, place, viewer);
});
afterAll(() => here.close());

async function expectReadable(): Promise<void> {
  for (const [path, content] of FILES) {
    const { file } = await offerFile(here.site, place, { path }, null);
    expect((await buffer(file.read(0, file.bytes))).toString()).toBe(content);
  }
}

test('rotating wraps every key anew, and an interrupted rotation is finished with the same key', async () => {
  const file = here.site.environment.dataKeyFile;
  const { site: db } = here.database;
  const { secret } = await ownKey(here.site, viewer);
  const files = await db.releaseFile.count();
  const [first] = (await openDataKeys(file)).ids;
  expect(await dataKeyUse(db)).toEqual({ [first!]: files + 1 });
  const blobs = await db.releaseFile.findMany({ select: { path: true, blob: true, fileKey: true } });

  const added = await addKeyIfDone(db, file);
  expect((await openDataKeys(file)).ids).toEqual([added, first]);
  await expectReadable();
  // The command was killed here. The next run adds no key.
  expect(await addKeyIfDone(db, file)).toBeNull();
  const keys = await openDataKeys(file);
  // Killed again, after some of the keys.
  const one = await db.releaseFile.findFirstOrThrow({});
  const { variantId, path } = one;
  await db.releaseFile.update({
    where: { variantId_path: { variantId, path } },
    data: keys.wrap(keys.unwrap(one)),
  });
  expect(await addKeyIfDone(db, file)).toBeNull();
  expect(await wrapAnew(db, keys)).toBe(files);
  expect(await dataKeyUse(db)).toEqual({ [added!]: files + 1 });
  await expectReadable();
  expect((await ownKey(here.site, viewer)).secret).toEqual(secret);
  const after = await db.releaseFile.findMany({ select: { path: true, blob: true, fileKey: true } });
  const blobOf = (rows: typeof after) => rows.map((row) => [row.path, row.blob]).toSorted();
  expect(blobOf(after)).toEqual(blobOf(blobs));
  expect(after.map(({ fileKey }) => fileKey)).not.toEqual(blobs.map(({ fileKey }) => fileKey));

  // The old key is needed by nothing.
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `${lines[0]}\n`);
  await expectReadable();
  const second = await addKeyIfDone(db, file);
  expect(second).not.toBe(added);
  expect(await wrapAnew(db, await openDataKeys(file))).toBe(files + 1);
});

test('the command rotates, says which keys are needed, and leaves an event', async () => {
  const file = here.site.environment.dataKeyFile;
  const env = { ...process.env, DATABASE_URL: here.database.siteUrl, HELDOUT_DATA_KEYS: file };
  const command = async (...args: string[]) => {
    const argv = ['cli/main.ts', 'admin', 'data-keys', ...args, '--json'];
    return JSON.parse((await run(process.execPath, argv, { cwd: ROOT, env })).stdout);
  };
  const before = await command('status');
  const { added, wrapped, ids, used } = await command('rotate');
  expect(ids).toEqual([added, ...before.ids]);
  expect(used).toEqual({ [added]: wrapped });
  expect(wrapped).toBeGreaterThan(FILES.length);
  await expectReadable();
  expect((await command('rotate', '--add-only')).wrapped).toBe(0);
  await expect(command('rotate', '--add-only')).rejects.toThrow('an earlier rotation isn’t finished');
  expect(await command('rotate')).toMatchObject({ added: null, wrapped });
  const actions = { action: 'dataKey.rotate', actor: 'heldout admin' };
  expect(await here.database.owner.auditEvent.count({ where: actions })).toBe(3);
});

test('two rotations at once lose no key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-data-keys-'));
  const file = join(folder, 'data-keys');
  const all = await openDataKeys(here.site.environment.dataKeyFile);
  writeFileSync(file, readFileSync(here.site.environment.dataKeyFile));
  const added = await Promise.all([1, 2, 3].map(() => addKeyIfDone(here.database.site, file)));
  const { ids } = await openDataKeys(file);
  expect(ids).toEqual([...added.filter((id) => id !== null), ...all.ids]);
  expect(ids).toHaveLength(all.ids.length + 1);
  rmSync(folder, { recursive: true });
});

test('one’s key is shown with the password, replaced, and the old one stays to be seen', async () => {
  const person = await here.newViewer();
  await here.database.owner.user.update({
    where: { id: person.userId },
    data: { passwordHash: await hashPassword(PASSWORD) },
  });
  expect(await downloadKeyView(here.site, person)).toEqual({
    createdAt: null,
    ownRecipient: null,
    earlierKeys: 0,
  });
  await expect(showDownloadKey(here.site, { password: 'wrong' }, person)).rejects.toMatchObject({
    fields: { password: expect.any(String) },
  });
  const shown = await showDownloadKey(here.site, { password: PASSWORD }, person);
  expect(shown).toMatch(/^# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n# passphrase: [\w-]{35}\n/);
  expect(await showDownloadKey(here.site, { password: PASSWORD }, person)).toBe(shown);
  const etag = (await offerTestFile(here.site, 'age', person)).etag;

  for (const recipient of ['age1', shown.match(/AGE-SECRET-KEY-\w+/)![0], 'ssh-ed25519 AAAA'])
    await expect(
      replaceDownloadKey(here.site, { password: PASSWORD, recipient }, person),
    ).rejects.toMatchObject({ fields: { recipient: expect.stringContaining('age1') } });
  const recipient = await identityToRecipient(await generateIdentity());
  await replaceDownloadKey(here.site, { password: PASSWORD, recipient }, person);
  expect(await downloadKeyView(here.site, person)).toMatchObject({ ownRecipient: recipient, earlierKeys: 1 });
  const both = await showDownloadKey(here.site, { password: PASSWORD }, person);
  expect(both.endsWith(shown)).toBe(true);
  expect(both.match(/AGE-SECRET-KEY/g)).toHaveLength(1);
  expect((await offerTestFile(here.site, 'age', person)).etag).not.toBe(etag);
});
