import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { cleanPath, escapesRoot } from './paths.ts';
import type { Spool, SpooledFile, SpoolWriter } from './spool.ts';
import { type TarEntry, TarError, TarReader } from './tar-reader.ts';

/** An archive whose files are spooled under numbers; maps from the archive's names to them. */
export interface UnpackedArchive {
  files: ReadonlyMap<string, SpooledFile>;
  /** The archive's links, with targets resolved inside the archive. */
  links: ReadonlyMap<string, string>;
}

export interface UnpackOptions {
  /** The subject of error messages. */
  label: string;
  maxEntries: number;
}

/**
 * Spools every regular file of a tar. Throws SubmissionError('IMAGE_INVALID') for anything but files, folders
 * and links.
 */
export async function unpackArchive(
  tar: AsyncIterable<Buffer>,
  spool: Spool,
  { label, maxEntries }: UnpackOptions,
): Promise<UnpackedArchive> {
  const files = new Map<string, SpooledFile>();
  const links = new Map<string, string>();
  const names = new Set<string>();
  // Events arrive synchronously while a chunk is read; the writes that they require run afterwards, in order.
  let steps: (() => Promise<void>)[] = [];
  let current: { name: string; writer: SpoolWriter } | null = null;
  let isFile = false;
  let entries = 0;
  const reader = new TarReader({
    onEntry(entry) {
      entries += 1;
      if (entries > maxEntries) throw new TarError(`contains more than ${maxEntries} entries`);
      const name = entryName(entry);
      isFile = entry.type === 'file';
      if (entry.type === 'directory') return;
      if (names.has(name)) throw duplicate(name);
      names.add(name);
      if (entry.type === 'symlink' || entry.type === 'hardlink') {
        links.set(name, linkTarget(name, entry));
      } else {
        steps.push(async () => {
          current = { name, writer: await spool.create() };
        });
      }
    },
    onData(chunk) {
      steps.push(async () => current?.writer.write(chunk));
    },
    onEntryEnd() {
      if (!isFile) return;
      steps.push(async () => {
        if (current) files.set(current.name, await current.writer.close());
        current = null;
      });
    },
  });
  try {
    for await (const chunk of tar) {
      reader.write(chunk);
      for (const step of steps) await step();
      steps = [];
    }
    reader.end();
  } catch (error) {
    if (error instanceof TarError) throw new SubmissionError('IMAGE_INVALID', `${label} ${error.message}.`);
    throw error;
  } finally {
    await (current as { writer: SpoolWriter } | null)?.writer.close().catch(() => undefined);
  }
  if (entries === 0) throw new SubmissionError('IMAGE_INVALID', 'The file is empty or not a tar archive.');
  return { files, links };
}

function entryName({ name, type }: TarEntry): string {
  if (type === 'character' || type === 'block' || type === 'fifo') {
    throw new TarError(
      `contains ${JSON.stringify(name.slice(0, 200))}, which is neither a file nor a folder`,
    );
  }
  if (escapesRoot(name))
    throw new TarError(`contains an entry whose name leaves the archive (${JSON.stringify(name)})`);
  return cleanPath(name);
}

/** Readers differ in which of the two they take. */
function duplicate(name: string): TarError {
  return new TarError(
    `contains the entry ${JSON.stringify(name.slice(0, 200))} twice. Write the archive into a new file instead of appending to an old one`,
  );
}

/** A symbolic link is relative to its folder, a hard link to the root. */
function linkTarget(name: string, { type, linkName }: TarEntry): string {
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
  const target = type === 'symlink' ? `${folder}/${linkName}` : linkName;
  if ((type === 'symlink' && linkName.startsWith('/')) || escapesRoot(target)) {
    throw new TarError(`contains a link that leaves the archive (${JSON.stringify(name)})`);
  }
  return cleanPath(target);
}

/** Finds a file by name, following links of the archive; null if there is none. */
export function findFile({ files, links }: UnpackedArchive, name: string): SpooledFile | null {
  let path = cleanPath(name);
  for (let hops = 0; hops < 8; hops += 1) {
    const file = files.get(path);
    if (file) return file;
    const target = links.get(path);
    if (target === undefined) return null;
    path = target;
  }
  return null;
}
