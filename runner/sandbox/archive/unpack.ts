import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { cleanPath, escapesRoot } from './paths.ts';
import type { Spool, SpooledFile, SpoolWriter } from './spool.ts';
import { type TarEntry, TarError, TarReader } from './tar-reader.ts';

/** An archive, its files spooled under numbers and found by the names that it gave them. */
export interface UnpackedArchive {
  files: ReadonlyMap<string, SpooledFile>;
  /** Links of the archive, resolved inside it. */
  links: ReadonlyMap<string, string>;
}

export interface UnpackOptions {
  /** Begins the sentences that say what is wrong. */
  what: string;
  maxEntries: number;
}

/** Spools every regular file of a tar. Throws SubmissionError('IMAGE_INVALID') for anything but files, folders and links. */
export async function unpackArchive(
  tar: AsyncIterable<Buffer>,
  spool: Spool,
  { what, maxEntries }: UnpackOptions,
): Promise<UnpackedArchive> {
  const files = new Map<string, SpooledFile>();
  const links = new Map<string, string>();
  // Events come synchronously while a chunk is read; the writes that they ask for follow in order.
  let steps: (() => Promise<void>)[] = [];
  let current: { name: string; writer: SpoolWriter } | null = null;
  let isFile = false;
  let entries = 0;
  const reader = new TarReader({
    onEntry(entry) {
      entries += 1;
      if (entries > maxEntries) throw new TarError(`holds more than ${maxEntries} entries`);
      const name = outerName(entry);
      isFile = entry.type === 'file';
      if (entry.type === 'symlink' || entry.type === 'hardlink') {
        links.set(name, linkTarget(name, entry));
      } else if (isFile) {
        steps.push(async () => {
          if (files.has(name)) throw new TarError(`holds ${JSON.stringify(name)} twice`);
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
    if (error instanceof TarError) throw new SubmissionError('IMAGE_INVALID', `${what} ${error.message}.`);
    throw error;
  } finally {
    await (current as { writer: SpoolWriter } | null)?.writer.close().catch(() => undefined);
  }
  if (entries === 0) throw new SubmissionError('IMAGE_INVALID', 'The file is empty or no tar archive.');
  return { files, links };
}

function outerName({ name, type }: TarEntry): string {
  if (type === 'character' || type === 'block' || type === 'fifo') {
    throw new TarError(`holds ${JSON.stringify(name)}, which is neither a file nor a folder`);
  }
  if (escapesRoot(name))
    throw new TarError(`holds an entry that leaves it by its name (${JSON.stringify(name)})`);
  return cleanPath(name);
}

/** A symbolic link starts at its own folder, a hard link at the root. */
function linkTarget(name: string, { type, linkName }: TarEntry): string {
  const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '';
  const target = type === 'symlink' ? `${folder}/${linkName}` : linkName;
  if ((type === 'symlink' && linkName.startsWith('/')) || escapesRoot(target)) {
    throw new TarError(`holds a link that leaves it (${JSON.stringify(name)})`);
  }
  return cleanPath(target);
}

/** The file of this name, through links of the archive; null where there is none. */
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
