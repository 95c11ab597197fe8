import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { PlatformError } from '#lib/domain/evaluations/codes.ts';
import type { Limits } from '#lib/domain/phases/limits.ts';
import type { Store } from '#lib/platform/storage/store.ts';
import type { Logger } from '#runner/log.ts';
import { freeBytesAt } from '#runner/sandbox/host/host.ts';
import type { Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { chooseRemovals } from './disk-budget.ts';

/**
 * Images that were checked and loaded before, by their realm and the SHA-256 of their archive. They stay for the next evaluation
 * until the budget or the disk wants their room; then those go that were used the longest ago. Other runners may
 * share the engine: an image in use is held by a container that is never started, which makes the engine refuse
 * its removal to everybody, and one that somebody else has removed is loaded anew.
 */
export interface ImageCache {
  /** Throws SubmissionError for an archive that is refused, PlatformError for an engine that is gone or a full disk. */
  use(archive: ImageArchive, limits: Limits, signal: AbortSignal): Promise<ImageInUse>;
  /** Removes what is not in use until the disk has its reserve; does nothing where it has it. */
  keepReserve(): Promise<void>;
}

export interface ImageArchive {
  sha256: string;
  /** The phase, so that nothing that its containers do to the image's files is felt in another one. */
  realm: string;
}

/** Not removed until disposed of. */
export interface ImageInUse extends AsyncDisposable {
  image: LoadedImage;
}

export interface ImageCacheOptions {
  sandbox: Pick<Sandbox, 'prepareImage' | 'holdImage' | 'removeImage'>;
  store: Pick<Store, 'open'>;
  /** Remembers over restarts what is loaded. */
  file: string;
  /** The engine's folder, where it is on this host. */
  engineFolder: string;
  budgetBytes: number;
  log: Pick<Logger, 'info'>;
}

/** As much as the checks of disk space leave free (sandbox/archive/spool.ts), and a little more. */
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
    volumes: z.array(z.string()).readonly(),
    /** Of the layers. Two images that share some count them twice. */
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

  /** Gives the bytes that were freed. */
  const makeRoom = async (room: { addedBytes: number; neededBytes: number }): Promise<number> => {
    const kept = Object.entries(entries).map(([key, { image, usedAt }]) => ({ key, usedAt, ...image }));
    const idle = kept.filter(({ key }) => !inUse.has(key));
    const held = kept.filter(({ key }) => inUse.has(key)).reduce((sum, { bytes }) => sum + bytes, 0);
    const freeBytes = await freeBytesAt(engineFolder);
    let freed = 0;
    for (const key of chooseRemovals(idle, { budgetBytes: budgetBytes - held, freeBytes, ...room })) {
      const { image } = entries[key] as Entries[string];
      // false: another runner uses it. It is no longer ours to remove, and costs a check if it comes again.
      if (await sandbox.removeImage(image.id)) freed += image.bytes;
      delete entries[key];
      log.info({ image: image.id, bytes: image.bytes }, 'removed an image to make room');
    }
    await save();
    return freed;
  };
  const prepare = ({ sha256, realm }: ImageArchive, limits: Limits, signal: AbortSignal) =>
    sandbox.prepareImage(store.open(sha256), limits, {
      realm,
      signal,
      // The engine unpacks it once into a temporary folder and once into its store.
      beforeLoad: async (bytes) =>
        void (await makeRoom({ addedBytes: bytes, neededBytes: 2 * bytes + RESERVE_BYTES })),
    });
  const load = async (archive: ImageArchive, limits: Limits, signal: AbortSignal) => {
    try {
      return await prepare(archive, limits, signal);
    } catch (error) {
      // No room to unpack it: what can go, goes, and then once more.
      const isFull = error instanceof PlatformError && error.code === 'DISK_FULL';
      const everything = { addedBytes: 0, neededBytes: Number.POSITIVE_INFINITY };
      if (!isFull || (await makeRoom(everything)) === 0) throw error;
      return await prepare(archive, limits, signal);
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
    async use(archive, limits, signal) {
      const key = `${archive.realm}/${archive.sha256}`;
      inUse.add(key);
      try {
        const known = entries[key] && (await hold(key, entries[key].image));
        if (known) return known;
        const loaded = await hold(key, await load(archive, limits, signal));
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
        await makeRoom({ addedBytes: 0, neededBytes: RESERVE_BYTES });
    },
  };
}

/** A damaged file costs a load of each image, nothing else. */
async function readEntries(file: string): Promise<Entries> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {};
  }
}

async function writeEntries(file: string, entries: Entries): Promise<void> {
  const draft = `${file}.${process.pid}`;
  // On a full disk it is forgotten what is loaded, and found out again.
  await writeFile(draft, JSON.stringify(entries), { mode: 0o600 })
    .then(() => rename(draft, file))
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    });
}
