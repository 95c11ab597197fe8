import { hkdfSync, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';

/** The runner's private key, for decryption, and its recipient, for encryption. */
export interface RunnerKey {
  recipient: string;
  decrypter: Decrypter;
  /** For marks of outputs (output-mark.ts). Derived from the key, so that runners with the same key agree. */
  markKey: Uint8Array;
}

/**
 * Reads the key in `folder`, or creates it at the first start (mode 600, never overwritten). There is no
 * other copy: without it, the test sets must be sealed again. docs/administrators/keys-and-backups.md
 * explains how to back it up.
 */
export async function loadOrCreateKey(folder: string): Promise<RunnerKey> {
  const file = fileIn(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await createOnce(file);
  return readKey(folder);
}

/** Throws an Error if there is no key, or if other users can read it. */
export async function readKey(folder: string): Promise<RunnerKey> {
  const file = fileIn(folder);
  const { mode } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`The runner’s key ${file} can’t be read (${cause.code}).`, { cause });
  });
  if ((mode & 0o077) !== 0) {
    throw new Error(
      `The runner’s key ${file} is readable by other users (mode ${(mode & 0o777).toString(8)}). ` +
        'Set its mode to 600. If others may have read it, create a new key and seal the test sets again.',
    );
  }
  const identity = (await readFile(file, 'utf8'))
    .split('\n')
    .find((line) => line.startsWith('AGE-SECRET-KEY-'));
  if (!identity) throw new Error(`The file ${file} contains no age identity (a line AGE-SECRET-KEY-1…).`);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const markKey = new Uint8Array(hkdfSync('sha256', identity.trim(), 'heldout', 'marks of outputs', 32));
  return { decrypter, recipient: await identityToRecipient(identity), markKey };
}

function fileIn(folder: string): string {
  return path.join(folder, 'identity.age');
}

// Written to a temporary file and linked into place: a crash leaves no key or a complete one, and if two
// runners start at the same time on the same folder, one wins.
async function createOnce(file: string): Promise<void> {
  if (existsSync(file)) return;
  const draft = `${file}.${randomUUID()}`;
  const identity = await generateX25519Identity();
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`# public key: ${await identityToRecipient(identity)}\n${identity}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
}
