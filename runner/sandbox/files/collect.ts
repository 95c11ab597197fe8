import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import { VOLUME_ENDINGS } from '#lib/domain/tasks/sockets.ts';

/**
 * Reads a file from a dead container's /output.
 *
 * Everything below that folder was named and created by an untrusted program: folders may be links to /etc,
 * and the mask may be a pipe that blocks its reader, a hard link or ten thousand files. So only the expected
 * folder is opened, one path component at a time and each relative to the open handle of its parent. Links
 * are never followed, and the file's type is checked on the open descriptor.
 */
export type Collected =
  | { kind: 'file'; extension: MaskExtension; bytes: Uint8Array }
  | { kind: 'none' }
  | { kind: 'unsafe'; message: string }
  | { kind: 'tooLarge'; message: string };

export type MaskExtension = (typeof VOLUME_ENDINGS)[number];

const MAX_LISTED = 256;
const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

export interface CollectRules {
  /** The required owner of the file. */
  uid: number;
  maxBytes: number;
  /** The file's name, if it is prescribed. */
  name?: string;
}

/**
 * Reads the only mask file in `folder` (relative to `root`), which must be owned by `uid` and at most
 * `maxBytes` long.
 */
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
      if (next === 'unsafe') return unsafe(`/output/${folder} must be a folder, not a link or a file.`);
      handles.push(next);
    }
    const names = expected === undefined ? await maskNames(handles.at(-1)!) : [Buffer.from(expected)];
    if (names === 'many') return unsafe(`/output/${folder} contains more than ${MAX_LISTED} entries.`);
    const [name] = names;
    if (!name) return { kind: 'none' };
    if (names.length > 1)
      return unsafe(`/output/${folder} contains ${names.length} images; exactly one is expected.`);
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
async function maskNames(folder: FileHandle): Promise<Buffer[] | 'many'> {
  const names: Buffer[] = [];
  let listed = 0;
  // biome-ignore lint/suspicious/noExplicitAny: opendir accepts the buffer encoding, but its types don't.
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
  return VOLUME_ENDINGS.find((extension) => text.endsWith(extension));
}

async function readMask(
  file: FileHandle,
  extension: MaskExtension,
  { folder, uid, maxBytes }: { folder: string; uid: number; maxBytes: number },
): Promise<Collected> {
  const stats: Stats = await file.stat();
  if (!stats.isFile()) return unsafe(`The image in /output/${folder} is not a regular file.`);
  if (stats.nlink !== 1)
    return unsafe(`The image in /output/${folder} has ${stats.nlink} hard links; exactly one is allowed.`);
  if (stats.uid !== uid)
    return unsafe(`The image in /output/${folder} belongs to another user than the container’s.`);
  if (stats.size > maxBytes) {
    return {
      kind: 'tooLarge',
      message: `The image in /output/${folder} is ${stats.size} bytes long; at most ${maxBytes} are allowed.`,
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
