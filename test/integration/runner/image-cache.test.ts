import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_CONTAINER_RULES as RULES } from '#lib/domain/phases/rules.ts';
import { type ImageCache, openImageCache } from '#runner/images/image-cache.ts';
import { openEngine } from '#runner/sandbox/engine/docker.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import { buildShellImage } from '#test/support/images/busybox.ts';

const engine = openEngine();
const signal = new AbortController().signal;
let folder: string;
let sandboxes: Sandbox[];
let opened: string[] = [];
const loaded = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-images-'));
  sandboxes = [];
  for (const runner of ['one', 'two']) {
    const scratch = path.join(folder, runner);
    sandboxes.push(await openSandbox({ runner: `${path.basename(folder)}-${runner}`, scratch }));
  }
  // They differ in their scripts, and each has 1 MiB of its own.
  for (const name of ['a', 'b', 'c', 'd']) {
    const files = [{ path: `of-${name}`, mode: 0o644, content: Buffer.alloc(2 ** 20, folder + name) }];
    await buildShellImage(path.join(folder, name), { script: `echo ${folder} ${name}`, files });
  }
});
afterAll(async () => {
  for (const sandbox of sandboxes) {
    await sandbox.sweep();
    await sandbox.close();
  }
  for (const id of loaded) await engine.removeImage(id);
  await rm(folder, { recursive: true, force: true });
});

/** Opens the cache of a runner. `budget` is in multiples of an image's size. */
async function open(runner: 0 | 1, budget: number): Promise<ImageCache> {
  return openImageCache({
    sandbox: sandboxes[runner] as Sandbox,
    store: {
      open(name) {
        opened.push(name);
        return createReadStream(path.join(folder, name));
      },
    },
    file: path.join(folder, `images-${runner}.json`),
    engineFolder: '/',
    budgetBytes: budget * (await sizeOfOne()),
    log: { info: () => undefined },
  });
}

async function sizeOfOne(): Promise<number> {
  const [sandbox] = sandboxes;
  const image = await (sandbox as Sandbox).prepareImage(
    createReadStream(path.join(folder, 'a')),
    RULES.limits,
  );
  loaded.add(image.id);
  return image.bytes;
}

async function use(cache: ImageCache, name: string, realm = 'phase') {
  opened = [];
  const inUse = await cache.use({ sha256: name, realm }, RULES, signal);
  loaded.add(inUse.image.id);
  return { id: inUse.image.id, wasLoaded: opened.length > 0, release: () => inUse[Symbol.asyncDispose]() };
}

describe('the cache of loaded images', () => {
  test('removes the least recently used image, and loads it again on demand', async () => {
    const cache = await open(0, 2.5);
    const [a, b] = [await use(cache, 'a'), await use(cache, 'b')];
    await a.release();
    await b.release();
    const again = await use(cache, 'a');
    expect(again).toMatchObject({ id: a.id, wasLoaded: false });
    await again.release();
    const c = await use(cache, 'c');
    await c.release();
    expect(await Promise.all([a, b, c].map(({ id }) => engine.imageExists(id)))).toEqual([true, false, true]);
    const back = await use(cache, 'b');
    expect(back).toMatchObject({ id: b.id, wasLoaded: true });
    await back.release();
  });

  test('keeps images that any runner of the host uses', async () => {
    const [one, two] = [await open(0, 1.5), await open(1, 1.5)];
    const mine = await use(one, 'a');
    const theirs = await use(two, 'b');
    // The first runner has loaded it too, but no longer uses it.
    await (await use(one, 'b')).release();
    const more = await use(one, 'c');
    expect(await engine.imageExists(mine.id)).toBe(true);
    expect(await engine.imageExists(theirs.id)).toBe(true);
    for (const each of [mine, theirs, more]) await each.release();
    const last = await use(one, 'd');
    expect(await engine.imageExists(mine.id)).toBe(false);
    await last.release();
  });

  test('is restored after a restart, and loads an image again that someone else removed', async () => {
    await (await use(await open(0, 4), 'a')).release();
    const restarted = await open(0, 4);
    const known = await use(restarted, 'a');
    expect(known.wasLoaded).toBe(false);
    await known.release();
    expect(await engine.removeImage(known.id)).toBe(true);
    const anew = await use(restarted, 'a');
    expect(anew).toMatchObject({ id: known.id, wasLoaded: true });
    await anew.release();
  });

  test('loads an archive as separate images for separate phases, which share no file on the engine’s disk', async () => {
    const cache = await open(0, 4);
    const hidden = await use(cache, 'a', 'hidden phase');
    const openPhase = await use(cache, 'a', 'open phase');
    expect(openPhase).toMatchObject({ id: expect.not.stringMatching(hidden.id), wasLoaded: true });
    const again = await use(cache, 'a', 'hidden phase');
    expect(again).toMatchObject({ id: hidden.id, wasLoaded: false });
    for (const one of [hidden, openPhase, again]) await one.release();
  });

  test('leaves no container behind', async () => {
    for (const runner of ['one', 'two'])
      expect(await engine.listContainers(`heldout.runner=${path.basename(folder)}-${runner}`)).toEqual([]);
  });
});
