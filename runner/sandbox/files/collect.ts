import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, opendir } from 'node:fs/promises';

/**
 * Takes a file out of a dead container's /output.
 *
 * Everything below that folder was named and shaped by a stranger: folders may be links to /etc, the mask a
 * pipe that blocks its reader, a hard link or ten thousand files. So only the expected folder is looked up,
 * one component at a time and each from the open handle of the one before it, links are followed nowhere,
 * and what a file is gets decided on the open descriptor.
 */
export type Collected =
  | { kind: 'file'; extension: MaskExtension; bytes: Uint8Array }
  | { kind: 'none' }
  | { kind: 'unsafe'; message: string }
  | { kind: 'tooLarge'; message: string };

export type MaskExtension = '.nii.gz' | '.nii' | '.mha';
const EXTENSIONS: readonly MaskExtension[] = ['.nii.gz', '.nii', '.mha'];

const MAX_LISTED = 256;
const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

export interface CollectRules {
  /** Whose the file must be. */
  uid: number;
  maxBytes: number;
  /** The file's name, where it is not free. */
  name?: string;
}

/** The one mask file in `folder` (relative to `root`), owned by `uid` and at most `maxBytes` long. */
export async function collectFile(
  root: string,
  folder: string,
  { uid, maxBytes, name: expected }: CollectRules,
): Promise<Collected> {
  const handles: FileHandle[] = [];
  try {
    handles.push(await open(root, FOLDER_FLAGS));
    for (const part of folder.split('/')) {
      const next = await openBelow(handles.at(-1)!, Buffer.from(part), FOLDER_FLAGS);
      if (next === 'missing') return { kind: 'none' };
      if (next === 'unsafe') return unsafe(`/output/${folder} is not a folder of its own.`);
      handles.push(next);
    }
    const names = expected === undefined ? await maskNames(handles.at(-1)!) : [Buffer.from(expected)];
    if (names === 'many') return unsafe(`/output/${folder} holds more than ${MAX_LISTED} entries.`);
    const [name] = names;
    if (!name) return { kind: 'none' };
    if (names.length > 1)
      return unsafe(`/output/${folder} holds ${names.length} images; exactly one is expected.`);
    const file = await openBelow(handles.at(-1)!, name, FILE_FLAGS);
    if (file === 'missing' && expected !== undefined) return { kind: 'none' };
    if (file === 'missing' || file === 'unsafe')
      return unsafe(`The image in /output/${folder} is not a regular file.`);
    handles.push(file);
    return await readMask(file, extensionOf(name)!, { folder, uid, maxBytes });
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** openat(2) by way of /proc: the name is looked up in the folder that is open, wherever that may be. */
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
    // A link (ELOOP, or ENOTDIR where a folder was asked for), a file for a folder, a socket (ENXIO).
    if (code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO' || code === 'ENODEV') return 'unsafe';
    throw error;
  }
}

/** Names as bytes: a stranger's need not be UTF-8. */
async function maskNames(folder: FileHandle): Promise<Buffer[] | 'many'> {
  const names: Buffer[] = [];
  let listed = 0;
  // biome-ignore lint/suspicious/noExplicitAny: opendir's types know no buffer encoding, opendir does.
  for await (const entry of await opendir(`/proc/self/fd/${folder.fd}`, { encoding: 'buffer' as any })) {
    listed += 1;
    if (listed > MAX_LISTED) return 'many';
    const name = entry.name as unknown as Buffer;
    if (extensionOf(name)) names.push(name);
  }
  return names;
}

function extensionOf(name: Buffer): MaskExtension | undefined {
  const text = name.toString('latin1').toLowerCase();
  return EXTENSIONS.find((extension) => text.endsWith(extension));
}

async function readMask(
  file: FileHandle,
  extension: MaskExtension,
  { folder, uid, maxBytes }: { folder: string; uid: number; maxBytes: number },
): Promise<Collected> {
  const stats: Stats = await file.stat();
  if (!stats.isFile()) return unsafe(`The image in /output/${folder} is not a regular file.`);
  if (stats.nlink !== 1)
    return unsafe(`The image in /output/${folder} has ${stats.nlink} names; it must have one.`);
  if (stats.uid !== uid) return unsafe(`The image in /output/${folder} belongs to somebody else.`);
  if (stats.size > maxBytes) {
    return {
      kind: 'tooLarge',
      message: `The image in /output/${folder} is ${stats.size} bytes long; ${maxBytes} are allowed.`,
    };
  }
  const bytes = Buffer.alloc(stats.size);
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return { kind: 'file', extension, bytes: bytes.subarray(0, length) };
}

function unsafe(message: string): Collected {
  return { kind: 'unsafe', message };
}
