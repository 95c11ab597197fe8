import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openWithKey, sealWithKey } from '#lib/platform/encryption/aes-gcm.ts';

/**
 * The keys that wrap the keys of released files: a file of its own, apart from the database and the store, one key a
 * line (64 hexadecimal digits), the newest first. A key is named by a hash of it. Rotating adds a line and wraps the
 * keys of files anew; the files themselves stay as they are.
 */
const KEY_LINE = /^[0-9a-f]{64}$/;

export interface WrappedKey {
  dataKeyId: string;
  fileKey: Uint8Array<ArrayBuffer>;
}

export interface DataKeys {
  /** Names of the keys, the newest first. */
  ids: readonly string[];
  /** With the newest key. */
  wrap(fileKey: Uint8Array): WrappedKey;
  /** Throws an Error that names the key if the file doesn't hold it, or if the bytes were changed. */
  unwrap(wrapped: { dataKeyId: string; fileKey: Uint8Array }): Uint8Array;
}

/** Creates the file with a key if it doesn't exist. Throws an Error if a line isn't a key. */
export async function openDataKeys(file: string): Promise<DataKeys> {
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await create(file);
    return await readFile(file, 'utf8');
  });
  const keys = new Map<string, Uint8Array>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    if (!KEY_LINE.test(line.trim())) throw new Error(`${file}: line ${index + 1} is no data key.`);
    const key = Buffer.from(line.trim(), 'hex');
    keys.set(idOf(key), key);
  });
  const newest = keys.entries().next().value;
  if (!newest) throw new Error(`${file} has no data key.`);
  return {
    ids: [...keys.keys()],
    wrap: (fileKey) => ({ dataKeyId: newest[0], fileKey: sealWithKey(newest[1], fileKey) }),
    unwrap: ({ dataKeyId, fileKey }) => {
      const key = keys.get(dataKeyId);
      if (!key) throw new Error(`${file} doesn’t hold the data key ${dataKeyId}.`);
      return openWithKey(key, fileKey);
    },
  };
}

/** Adds a new key, with which everything is wrapped from then on. One process at a time may do this. */
export async function addDataKey(file: string): Promise<void> {
  const keys = await readFile(file, 'utf8');
  await rename(await writeDraft(file, newLine() + keys), file);
}

/** Complete or not at all, and never over another process’s. */
async function create(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = await writeDraft(file, newLine());
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(file: string, content: string): Promise<string> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, content, { mode: 0o600, flush: true });
  return draft;
}

function newLine(): string {
  return `${randomBytes(32).toString('hex')}\n`;
}

function idOf(key: Uint8Array): string {
  return createHash('sha256').update('heldout data key').update(key).digest('hex').slice(0, 16);
}
