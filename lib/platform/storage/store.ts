import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { DomainError } from '#lib/domain/errors.ts';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Blobs (images, sealed test sets) in a folder, named by the SHA-256 of their content, so that the same
 * content is stored once and a blob never changes. A blob is written aside, brought to the disk and renamed:
 * what has its name is whole.
 */
export interface Store {
  /**
   * Streams into the store. Throws TOO_LARGE once more than `maxBytes` have come, UPLOAD_INCOMPLETE where
   * the end comes before or after `expectedBytes`, and what the stream throws; nothing is left behind then.
   */
  put(chunks: Chunks, options: PutOptions): Promise<Blob>;
  /** For blobs that are kept together or not at all. */
  stage(): Stage;
  /** A stream of a blob that exists; ENOENT surfaces as an error of the stream. */
  open(sha256: string): Readable;
  read(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  /** Does nothing where there is none. */
  remove(sha256: string): Promise<void>;
  /** Names of the blobs that were written before `time`. */
  listBefore(time: Date): Promise<string[]>;
  /** Removes what was begun before `time` and never got its name: its process was killed. */
  removeUnfinished(time: Date): Promise<void>;
}

export interface Stage {
  /** As `put` of the store, but the blob has no name until `keep`. */
  put(chunks: Chunks, options: PutOptions): Promise<Blob>;
  /** Gives all blobs their names. */
  keep(): Promise<void>;
  /** Removes what was not kept. To be called in any case. */
  discard(): Promise<void>;
}

export interface PutOptions {
  maxBytes: number;
  expectedBytes?: number | undefined;
  /** The digest that the sender announced: UPLOAD_INCOMPLETE where the content has another. */
  expectedSha256?: string | undefined;
}

export interface Blob {
  sha256: string;
  bytes: number;
}

/** Many small chunks (tar entries, TLS records) become writes of at least this size. */
const WRITE_BYTES = 1 << 20;

/** Nothing is touched before the first blob comes, so that a process that only reads needs no right to write. */
export function openStore(folder: string): Store {
  const incoming = join(folder, 'incoming');
  let prepared: Promise<void> | undefined;
  const prepare = () => {
    prepared ??= prepareIncoming(incoming).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  const place = (sha256: string) => {
    if (!isBlobName(sha256)) throw new Error('Not the name of a blob.');
    return join(folder, sha256.slice(0, 2), sha256);
  };
  const stage = () => openStage(incoming, prepare, place);
  return {
    stage,
    put: async (chunks, options) => {
      const alone = stage();
      try {
        const blob = await alone.put(chunks, options);
        await alone.keep();
        return blob;
      } finally {
        await alone.discard();
      }
    },
    open: (sha256) => createReadStream(place(sha256)),
    read: (sha256) => readFile(place(sha256)),
    has: async (sha256) => (await stat(place(sha256)).catch(() => null)) !== null,
    remove: (sha256) => rm(place(sha256), { force: true }),
    listBefore: async (time) => {
      const shelves = (await list(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
      const names = await Promise.all(shelves.map((shelf) => list(join(folder, shelf))));
      return writtenBefore(time, names.flat().filter(isBlobName), place);
    },
    removeUnfinished: (time) => removeUnfinished(incoming, time),
  };
}

async function prepareIncoming(incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  // No upload takes a day.
  await removeUnfinished(incoming, new Date(Date.now() - 24 * 3_600_000));
}

async function removeUnfinished(incoming: string, time: Date): Promise<void> {
  const old = await writtenBefore(time, await list(incoming), (name) => join(incoming, name));
  for (const name of old) await rm(join(incoming, name), { force: true });
}

function isBlobName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Those of `names` whose file is older. One that goes meanwhile is nobody's concern. */
async function writtenBefore(
  time: Date,
  names: readonly string[],
  pathOf: (name: string) => string,
): Promise<string[]> {
  const old: string[] = [];
  for (const name of names) {
    const found = await stat(pathOf(name)).catch(() => null);
    if (found && found.mtime < time) old.push(name);
  }
  return old;
}

function openStage(incoming: string, prepare: () => Promise<void>, place: (sha256: string) => string): Stage {
  const asides = new Map<string, Blob | null>();
  return {
    put: async (chunks, options) => {
      await prepare();
      const aside = join(incoming, randomUUID());
      asides.set(aside, null);
      const blob = await write(aside, chunks, options);
      asides.set(aside, blob);
      return blob;
    },
    keep: async () => {
      const folders = new Set<string>();
      for (const [aside, blob] of asides) {
        if (!blob) continue;
        const target = place(blob.sha256);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(aside, target);
        asides.delete(aside);
        folders.add(dirname(target));
      }
      for (const folder of folders) await sync(folder);
    },
    discard: async () => {
      for (const aside of asides.keys()) await rm(aside, { force: true });
      asides.clear();
    },
  };
}

async function write(aside: string, chunks: Chunks, options: PutOptions): Promise<Blob> {
  const file = await open(aside, 'wx', 0o600);
  try {
    const blob = await receive(chunks, options, file);
    await file.sync();
    return blob;
  } finally {
    await file.close();
  }
}

async function receive(
  chunks: Chunks,
  { maxBytes, expectedBytes, expectedSha256 }: PutOptions,
  file: FileHandle,
): Promise<Blob> {
  const hash = createHash('sha256');
  let bytes = 0;
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    if (expectedBytes !== undefined && bytes > expectedBytes) throw wrongLength(bytes, expectedBytes);
    hash.update(chunk);
    pending.push(chunk);
    pendingBytes += chunk.byteLength;
    if (pendingBytes >= WRITE_BYTES) {
      await file.appendFile(Buffer.concat(pending));
      [pending, pendingBytes] = [[], 0];
    }
  }
  if (pending.length > 0) await file.appendFile(Buffer.concat(pending));
  if (expectedBytes !== undefined && bytes !== expectedBytes) throw wrongLength(bytes, expectedBytes);
  const sha256 = hash.digest('hex');
  if (expectedSha256 !== undefined && sha256 !== expectedSha256) {
    throw new DomainError(
      'UPLOAD_INCOMPLETE',
      `The upload failed: the file’s SHA-256 is ${sha256}, but the sender declared ${expectedSha256}. Nothing was stored. Upload it again.`,
    );
  }
  return { sha256, bytes };
}

/** Names the limit in MiB if it is a whole number of MiB. */
export function tooLarge(maxBytes: number): DomainError {
  const mib = maxBytes / 2 ** 20;
  const limit = Number.isInteger(mib) ? `${mib} MiB` : `${maxBytes} bytes`;
  return new DomainError('TOO_LARGE', `The file is larger than the limit of ${limit}. Nothing was stored.`);
}

function wrongLength(received: number, announced: number): DomainError {
  const more = received > announced;
  return new DomainError(
    'UPLOAD_INCOMPLETE',
    more
      ? `The upload failed: more than the declared ${announced} bytes arrived. Nothing was stored. Upload the file again.`
      : `The upload ended after ${received} of ${announced} bytes. Nothing was stored. Upload the file again.`,
  );
}

/** A rename is on the disk when its folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
