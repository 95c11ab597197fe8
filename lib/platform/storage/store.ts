import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '#lib/domain/errors.ts';
import { mebibytes } from '#lib/domain/units.ts';

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Blobs (images, sealed test sets) in a folder, named by the SHA-256 of their content, so that identical
 * content is stored once and a blob never changes. A blob is written to a temporary file, flushed to disk and
 * renamed, so a blob that has its name is complete.
 */
export interface Store {
  /**
   * Streams into the store. Throws TOO_LARGE after more than `maxBytes`, UPLOAD_INCOMPLETE if the length
   * differs from `expectedBytes`, and any error of the stream. Nothing is stored in these cases.
   */
  put(chunks: Chunks, options: PutOptions): Promise<Blob>;
  /** For several blobs that are stored all together or not at all. */
  stage(): Stage;
  /** Streams a blob, or its bytes from `from` (included) to `to` (excluded). Fails with ENOENT if it doesn't exist. */
  open(sha256: string, range?: { from: number; to: number }): Readable;
  read(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  /** Does nothing if the blob doesn't exist. */
  remove(sha256: string): Promise<void>;
  /** Names of the blobs that were written before `time`. */
  listBefore(time: Date): Promise<string[]>;
  /** Removes temporary files from before `time`, left behind by killed processes. */
  removeUnfinished(time: Date): Promise<void>;
}

export interface Stage {
  /** Like `put` of the store, but the blob isn't visible until `keep`. */
  put(chunks: Chunks, options: PutOptions): Promise<Blob>;
  /** Makes all blobs visible. */
  keep(): Promise<void>;
  /** Removes what wasn't kept. Always call it at the end. */
  discard(): Promise<void>;
}

export interface PutOptions {
  maxBytes: number;
  expectedBytes?: number | undefined;
  /** The digest that the sender declared. UPLOAD_INCOMPLETE is thrown if the content has another one. */
  expectedSha256?: string | undefined;
}

export interface Blob {
  sha256: string;
  bytes: number;
}

/** Small chunks (tar entries, TLS records) are combined into writes of at least this size. */
const WRITE_BYTES = 1 << 20;
const READ_BYTES = 1 << 20;

/**
 * Writes nothing to the folder before the first `put`, so a process that only reads needs no write
 * permission.
 */
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
  const pathOf = (sha256: string) => {
    if (!isBlobName(sha256)) throw new Error('Not the name of a blob.');
    return join(folder, sha256.slice(0, 2), sha256);
  };
  const stage = () => openStage(incoming, prepare, pathOf);
  return {
    stage,
    put: async (chunks, options) => {
      const single = stage();
      try {
        const blob = await single.put(chunks, options);
        await single.keep();
        return blob;
      } finally {
        await single.discard();
      }
    },
    open: (sha256, range) => {
      if (!range) return createReadStream(pathOf(sha256));
      if (range.from >= range.to) return Readable.from([]);
      const bytes = { start: range.from, end: range.to - 1, highWaterMark: READ_BYTES };
      return createReadStream(pathOf(sha256), bytes);
    },
    read: (sha256) => readFile(pathOf(sha256)),
    has: async (sha256) => (await stat(pathOf(sha256)).catch(() => null)) !== null,
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    listBefore: async (time) => {
      const subfolders = (await list(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
      const names = await Promise.all(subfolders.map((subfolder) => list(join(folder, subfolder))));
      return writtenBefore(time, names.flat().filter(isBlobName), pathOf);
    },
    removeUnfinished: (time) => removeUnfinished(incoming, time),
  };
}

async function prepareIncoming(incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  // No upload takes longer than a day.
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

/** Those of `names` whose file is older than `time`. Files that disappear meanwhile are ignored. */
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

function openStage(
  incoming: string,
  prepare: () => Promise<void>,
  pathOf: (sha256: string) => string,
): Stage {
  /** Temporary files; null while they are incomplete. */
  const files = new Map<string, Blob | null>();
  return {
    put: async (chunks, options) => {
      await prepare();
      const file = join(incoming, randomUUID());
      files.set(file, null);
      const blob = await write(file, chunks, options);
      files.set(file, blob);
      return blob;
    },
    keep: async () => {
      const folders = new Set<string>();
      for (const [file, blob] of files) {
        if (!blob) continue;
        const target = pathOf(blob.sha256);
        await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(file, target);
        files.delete(file);
        folders.add(dirname(target));
      }
      for (const folder of folders) await sync(folder);
    },
    discard: async () => {
      for (const file of files.keys()) await rm(file, { force: true });
      files.clear();
    },
  };
}

async function write(path: string, chunks: Chunks, options: PutOptions): Promise<Blob> {
  const file = await open(path, 'wx', 0o600);
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
  const limit = Number.isInteger(mib) ? mebibytes(mib) : `${maxBytes} bytes`;
  return new DomainError('TOO_LARGE', `The file is larger than the limit of ${limit}. Nothing was stored.`);
}

export function wrongLength(received: number, announced: number): DomainError {
  const more = received > announced;
  return new DomainError(
    'UPLOAD_INCOMPLETE',
    more
      ? `The upload failed: more than the declared ${announced} bytes arrived. Nothing was stored. Upload the file again.`
      : `The upload ended after ${received} of ${announced} bytes. Nothing was stored. Upload the file again.`,
  );
}

/** Flushes a folder, which makes its renames durable. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
