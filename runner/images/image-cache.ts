import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { Logger } from '#runner/log.ts';
import { freeBytesAt } from '#runner/sandbox/host/host.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { chooseRemovals } from './disk-budget.ts';

/**
 * Images that were checked and loaded before, by their realm and the SHA-256 of their archive. They stay for
 * the next evaluation until the budget or the disk needs the space, and are removed least recently used
 * first. Other runners may share the engine: an image in use is held by a container that is never started, so
 * the engine refuses to remove it for anyone, and an image that someone else has removed is loaded again.
 */
export interface ImageCache {
  /**
   * Throws SubmissionError for a rejected archive, PlatformError if the engine is gone or the disk is full.
   */
  use(archive: ImageArchive, rules: ImageRules, signal: AbortSignal): Promise<ImageInUse>;
  /** Removes images that are not in use until the disk has its reserve of free space. */
  keepReserve(): Promise<void>;
}

export interface ImageArchive {
  sha256: string;
  /** The phase, so that what its containers do to the image's files has no effect on another phase. */
  realm: string;
}

/** What the phase says about images. */
type ImageRules = Pick<ContainerRules, 'limits'> & Partial<Pick<ContainerRules, 'contract'>>;

/** The image is not removed until this is disposed. */
export interface ImageInUse extends AsyncDisposable {
  image: LoadedImage;
}

export interface ImageCacheOptions {
  sandbox: Pick<Sandbox, 'prepareImage' | 'holdImage' | 'removeImage'>;
  store: Pick<Store, 'open'>;
  /** Remembers across restarts what is loaded. */
  file: string;
  /** The engine's folder, if it is on this host. */
  engineFolder: string;
  budgetBytes: number;
  log: Pick<Logger, 'info'>;
}

/** Slightly more than the checks of disk space leave free (sandbox/archive/spool.ts). */
const RESERVE_BYTES = 1.25 * 2 ** 30;

const entrySchema = z.object({
  image: z.object({
    id: z.string(),
    entrypoint: z.array(z.string()).readonly(),
    cmd: z.array(z.string()).readonly(),
    workingDir: z.string(),
    env: z.array(z.string()).readonly(),
    uid: z.int(),
    gid: z.int(),
    groups: z.array(z.int()).readonly(),
    volumes: z.array(z.string()).readonly(),
    apiMethod: z.enum(['exec', 'invoke']).nullable(),
    /** Size of the layers. Layers that two images share are counted twice. */
    bytes: z.number(),
  }),
  /** Milliseconds since 1970. */
  usedAt: z.number(),
});
const cacheSchema = z.record(z.string(), entrySchema);
type Entries = z.infer<typeof cacheSchema>;

export async function openImageCache(options: ImageCacheOptions): Promise<ImageCache> {
  const { sandbox, store, engineFolder, budgetBytes, log } = options;
  const entries = await readEntries(options.file);
  const inUse = new Set<string>();
  const save = () => writeEntries(options.file, entries);

  /** Returns the number of bytes freed. */
  const freeSpace = async (needs: { addedBytes: number; neededBytes: number }): Promise<number> => {
    const items = Object.entries(entries).map(([key, { image, usedAt }]) => ({ key, usedAt, ...image }));
    const idle = items.filter(({ key }) => !inUse.has(key));
    const inUseBytes = items.filter(({ key }) => inUse.has(key)).reduce((sum, { bytes }) => sum + bytes, 0);
    const freeBytes = await freeBytesAt(engineFolder);
    let freed = 0;
    for (const key of chooseRemovals(idle, { budgetBytes: budgetBytes - inUseBytes, freeBytes, ...needs })) {
      const { image } = entries[key] as Entries[string];
      // false: another runner uses it. It is no longer ours to remove, and has to be checked again if it is
      // needed again.
      if (await sandbox.removeImage(image.id)) freed += image.bytes;
      delete entries[key];
      log.info({ image: image.id, bytes: image.bytes }, 'removed an image to free disk space');
    }
    await save();
    return freed;
  };
  const prepare = ({ sha256, realm }: ImageArchive, { limits, contract }: ImageRules, signal: AbortSignal) =>
    sandbox.prepareImage(store.open(sha256), limits, {
      realm,
      ...(contract && { contract }),
      signal,
      // The engine unpacks it to a temporary folder first and then into its store.
      beforeLoad: async (bytes) =>
        void (await freeSpace({ addedBytes: bytes, neededBytes: 2 * bytes + RESERVE_BYTES })),
    });
  const load = async (archive: ImageArchive, rules: ImageRules, signal: AbortSignal) => {
    try {
      return await prepare(archive, rules, signal);
    } catch (error) {
      // There is not enough space to unpack it: remove everything that is not in use and retry once.
      const isFull = error instanceof PlatformError && error.code === 'DISK_FULL';
      const everything = { addedBytes: 0, neededBytes: Number.POSITIVE_INFINITY };
      if (!isFull || (await freeSpace(everything)) === 0) throw error;
      return await prepare(archive, rules, signal);
    }
  };
  const hold = async (key: string, image: Entries[string]['image']): Promise<ImageInUse | null> => {
    const release = await sandbox.holdImage(image.id);
    if (!release) return null;
    entries[key] = { image, usedAt: Date.now() };
    await save();
    return {
      image,
      async [Symbol.asyncDispose]() {
        inUse.delete(key);
        await release();
      },
    };
  };

  return {
    async use(archive, rules, signal) {
      const key = `${archive.realm}/${archive.sha256}`;
      inUse.add(key);
      try {
        const known = entries[key] && (await hold(key, entries[key].image));
        if (known) return known;
        const loaded = await hold(key, await load(archive, rules, signal));
        if (!loaded) throw new PlatformError('INTERNAL', 'The image was removed as soon as it was loaded.');
        return loaded;
      } catch (error) {
        inUse.delete(key);
        throw error;
      }
    },
    async keepReserve() {
      const freeBytes = await freeBytesAt(engineFolder);
      if (freeBytes !== null && freeBytes < RESERVE_BYTES)
        await freeSpace({ addedBytes: 0, neededBytes: RESERVE_BYTES });
    },
  };
}

/** A damaged file only means that each image is loaded again. */
async function readEntries(file: string): Promise<Entries> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

async function writeEntries(file: string, entries: Entries): Promise<void> {
  const draft = `${file}.${process.pid}`;
  // If the disk is full, the list of loaded images is not saved; a later load finds them again.
  await writeFile(draft, JSON.stringify(entries), { mode: 0o600 })
    .then(() => rename(draft, file))
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    });
}
