import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Reads a file from a dead container's /output.
 *
 * Everything below that folder was named and created by an untrusted program: folders may be links to /etc,
 * and a mask may be a pipe that blocks its reader, a hard link or ten thousand files. So only the expected
 * folder is opened, one path component at a time and each relative to the open handle of its parent. Links
 * are never followed, and the file's type is checked on the open descriptor.
 */
export type Collected =
  | { kind: 'file'; ending: string; bytes: Uint8Array }
  | { kind: 'none' }
  | { kind: 'unsafe'; message: string }
  | { kind: 'tooLarge'; message: string };

const MAX_LISTED = 256;
const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

export interface CollectRules {
  /** The required owner of the file. */
  uid: number;
  maxBytes: number;
  /** The file's name, or the endings of which its name must have one. */
  name: string | { endings: readonly string[] };
}

/**
 * Reads the only file with the name or an ending of `name` in `folder` (relative to `root`, or '' for it), which must
 * be owned by `uid` and at most `maxBytes` long.
 */
export async function collectFile(
  root: string,
  folder: string,
  { uid, maxBytes, name: expected }: CollectRules,
): Promise<Collected> {
  const handles: FileHandle[] = [];
  try {
    handles.push(await open(root, FOLDER_FLAGS));
    for (const part of folder.split('/').filter((one) => one !== '')) {
      const next = await openBelow(handles.at(-1)!, Buffer.from(part), FOLDER_FLAGS);
      if (next === 'missing') return { kind: 'none' };
      if (next === 'unsafe') return unsafe(`/output/${folder} must be a folder, not a link or a file.`);
      handles.push(next);
    }
    const isGiven = typeof expected === 'string';
    const names = isGiven ? [Buffer.from(expected)] : await namesEndingIn(handles.at(-1)!, expected.endings);
    if (names === 'many') return unsafe(`/output/${folder} contains more than ${MAX_LISTED} entries.`);
    const [name] = names;
    if (!name) return { kind: 'none' };
    if (names.length > 1)
      return unsafe(`/output/${folder} contains ${names.length} images; exactly one is expected.`);
    const what = isGiven ? `file /output/${path.join(folder, expected)}` : `image in /output/${folder}`;
    const file = await openBelow(handles.at(-1)!, name, FILE_FLAGS);
    if (file === 'missing' && isGiven) return { kind: 'none' };
    if (file === 'missing' || file === 'unsafe') return unsafe(`The ${what} is not a regular file.`);
    handles.push(file);
    const ending = isGiven ? expected.slice(expected.indexOf('.')) : endingOf(name, expected.endings)!;
    return await readFile(file, { ending, what, uid, maxBytes });
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** Works like openat(2), through /proc: the name is looked up in the open folder, even if that was moved. */
async function openBelow(
  folder: FileHandle,
  name: Buffer,
  flags: number,
): Promise<FileHandle | 'missing' | 'unsafe'> {
  try {
    return await open(Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), name]), flags);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return 'missing';
    // A link (ELOOP, or ENOTDIR if a folder was expected), a file instead of a folder, or a socket (ENXIO).
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO' || code === 'ENODEV') return 'unsafe';
    throw error;
  }
}

/** Returns names as bytes, because untrusted names may not be UTF-8. */
async function namesEndingIn(folder: FileHandle, endings: readonly string[]): Promise<Buffer[] | 'many'> {
  const names: Buffer[] = [];
  let listed = 0;
  // biome-ignore lint/suspicious/noExplicitAny: opendir accepts the buffer encoding, but its types don't.
  for await (const entry of await opendir(`/proc/self/fd/${folder.fd}`, { encoding: 'buffer' as any })) {
    listed += 1;
    if (listed > MAX_LISTED) return 'many';
    const name = entry.name as unknown as Buffer;
    if (endingOf(name, endings)) names.push(name);
  }
  return names;
}

function endingOf(name: Buffer, endings: readonly string[]): string | undefined {
  const text = name.toString('latin1').toLowerCase();
  return endings.find((ending) => text.endsWith(ending));
}

async function readFile(
  file: FileHandle,
  { ending, what, uid, maxBytes }: { ending: string; what: string; uid: number; maxBytes: number },
): Promise<Collected> {
  const stats: Stats = await file.stat();
  if (!stats.isFile()) return unsafe(`The ${what} is not a regular file.`);
  if (stats.nlink !== 1) return unsafe(`The ${what} has ${stats.nlink} hard links; exactly one is allowed.`);
  if (stats.uid !== uid) return unsafe(`The ${what} belongs to another user than the container’s.`);
  if (stats.size > maxBytes) {
    return {
      kind: 'tooLarge',
      message: `The ${what} is ${stats.size} bytes long; at most ${maxBytes} are allowed.`,
    };
  }
  const bytes = Buffer.alloc(stats.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return { kind: 'file', ending, bytes: bytes.subarray(0, length) };
}

function unsafe(message: string): Collected {
  return { kind: 'unsafe', message };
}
