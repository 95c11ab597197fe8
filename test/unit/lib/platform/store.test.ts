import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore, type Store } from '#lib/platform/storage/store.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heldout-store-'));
  store = openStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function* chunksOf(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
/** All files in the folder. */
const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test('a blob can be read by the SHA-256 of the streamed content', async () => {
  const blob = await store.put(chunksOf('hel', 'd', 'out'), { maxBytes: 7, expectedBytes: 7 });
  expect(blob).toEqual({ sha256: digest('heldout'), bytes: 7 });
  expect(Buffer.from(await store.read(blob.sha256)).toString()).toBe('heldout');
  expect((await buffer(store.open(blob.sha256))).toString()).toBe('heldout');
  expect(await store.has(blob.sha256)).toBe(true);
  expect(await store.has(digest('other'))).toBe(false);
});

test('the same content is stored once', async () => {
  await store.put(chunksOf('a', 'b'), { maxBytes: 10 });
  await store.put(chunksOf('ab'), { maxBytes: 10 });
  expect(await files()).toHaveLength(1);
});

test('content larger than one write is stored unchanged', async () => {
  const text = 'x'.repeat(700_001);
  const { sha256, bytes } = await store.put(chunksOf(text, text, text, text), { maxBytes: 1e7 });
  expect({ sha256, bytes }).toEqual({ sha256: digest(text.repeat(4)), bytes: 2_800_004 });
  expect(Buffer.from(await store.read(sha256)).toString()).toBe(text.repeat(4));
});

test('blobs are listed by age, and removing one twice is harmless', async () => {
  const [old, young] = [
    await store.put([Buffer.from('old')], { maxBytes: 3 }),
    await store.put([Buffer.from('young')], { maxBytes: 5 }),
  ];
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(folder, old.sha256.slice(0, 2), old.sha256), yesterday, yesterday);
  await writeFile(join(folder, old.sha256.slice(0, 2), 'not-a-blob'), '');
  const before = new Date(Date.now() - 3_600_000);
  expect(await store.listBefore(before)).toEqual([old.sha256]);
  for (let i = 0; i < 2; i++) await store.remove(old.sha256);
  expect([await store.has(old.sha256), await store.has(young.sha256)]).toEqual([false, true]);
  expect(await store.listBefore(before)).toEqual([]);
  expect(await openStore(join(folder, 'none')).listBefore(before)).toEqual([]);
});

const REFUSED = [
  { name: 'more than the limit', options: { maxBytes: 3 }, code: 'TOO_LARGE' },
  { name: 'less than declared', options: { maxBytes: 10, expectedBytes: 5 }, code: 'UPLOAD_INCOMPLETE' },
  { name: 'more than declared', options: { maxBytes: 10, expectedBytes: 3 }, code: 'UPLOAD_INCOMPLETE' },
  {
    name: 'a digest other than the declared one',
    options: { maxBytes: 10, expectedSha256: digest('other') },
    code: 'UPLOAD_INCOMPLETE',
  },
];
for (const { name, options, code } of REFUSED) {
  test(`${name} is refused and leaves nothing behind`, async () => {
    await expect(store.put(chunksOf('ab', 'cd'), options)).rejects.toMatchObject({ code });
    expect(await files()).toEqual([]);
  });
}

test('a sender that disconnects leaves nothing behind', async () => {
  const broken = async function* () {
    yield Buffer.from('half');
    throw new Error('connection reset');
  };
  await expect(store.put(broken(), { maxBytes: 10 })).rejects.toThrow('connection reset');
  expect(await files()).toEqual([]);
});

test('the limit is enforced while the content streams', async () => {
  let given = 0;
  const endless = async function* () {
    for (;;) {
      given += 1000;
      yield Buffer.alloc(1000);
    }
  };
  await expect(store.put(endless(), { maxBytes: 5000 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(given).toBe(6000);
});

test('a name can’t refer to a file outside of the folder', async () => {
  for (const name of ['../../etc/passwd', '', 'AB'.repeat(32), `${'ab'.repeat(32)}/..`]) {
    await expect(store.has(name)).rejects.toThrow('Not the name of a blob');
  }
});

test('files of a killed process are removed after a day, unlike those of a running upload', async () => {
  await mkdir(join(folder, 'incoming'));
  const [old, fresh] = [join(folder, 'incoming', 'old'), join(folder, 'incoming', 'fresh')];
  await writeFile(old, 'x');
  await writeFile(fresh, 'x');
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  await utimes(old, twoDaysAgo, twoDaysAgo);
  const { sha256 } = await store.put(chunksOf('new'), { maxBytes: 10 });
  expect((await files()).map((entry) => entry.name).sort()).toEqual([sha256, 'fresh'].sort());
});

test('blobs of a stage become visible together, or leave nothing behind', async () => {
  const kept = store.stage();
  const blobs = [
    await kept.put(chunksOf('a'), { maxBytes: 1 }),
    await kept.put(chunksOf('b'), { maxBytes: 1 }),
  ];
  expect(await store.has(blobs[0]!.sha256)).toBe(false);
  await kept.keep();
  await kept.discard();
  for (const { sha256 } of blobs) expect(await store.has(sha256)).toBe(true);

  const dropped = store.stage();
  await dropped.put(chunksOf('c'), { maxBytes: 1 });
  await expect(dropped.put(chunksOf('too long'), { maxBytes: 1 })).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
  await dropped.discard();
  expect(await files()).toHaveLength(2);
});
