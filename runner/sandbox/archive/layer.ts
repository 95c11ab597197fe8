import { createHash } from 'node:crypto';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { cleanPath, escapesRoot } from './paths.ts';
import { type TarEntry, TarError, TarReader } from './tar-reader.ts';

/** What a layer's content was found to be. */
export interface LayerReport {
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
  size: number;
  /** Files and folders, those too that only stand in the names of others. */
  entries: number;
  /** What the layer does to the two account files. */
  accounts: ReadonlyMap<string, AccountChange>;
}

/** The file's text; `unreadable` where it is a link or too large; `removed` where a whiteout hides it. */
export type AccountChange = { text: string } | 'unreadable' | 'removed';

export const ACCOUNT_FILES = ['etc/passwd', 'etc/group'] as const;

/** Files and folders of all layers together; a Python image with CUDA has about 100,000. */
export const MAX_LAYER_ENTRIES = 1_000_000;
const MAX_ACCOUNT_FILE_BYTES = 1024 * 1024;
const MAX_NAME_PART_BYTES = 255;

/**
 * Reads a layer once: its hash, its accounts, and every entry's name and type. Throws
 * SubmissionError('IMAGE_INVALID') for what no honest image holds: device nodes, names that leave the root,
 * whiteouts that would remove a folder's parent.
 */
export async function inspectLayer(
  tar: AsyncIterable<Buffer>,
  label: string,
  maxEntries: number,
): Promise<LayerReport> {
  const hash = createHash('sha256');
  const accounts = new Map<string, AccountChange>();
  const paths = new Paths();
  let size = 0;
  let entries = 0;
  let account: { path: string; parts: Buffer[] } | null = null;
  const reader = new TarReader({
    onEntry(entry) {
      checkEntry(entry);
      entries += paths.follow(entry);
      if (entries > maxEntries)
        throw new TarError(`brings the image to more than ${MAX_LAYER_ENTRIES} files and folders`);
      account = noteAccount(entry, accounts);
    },
    onData(chunk) {
      account?.parts.push(Buffer.from(chunk));
    },
    onEntryEnd() {
      if (account) accounts.set(account.path, { text: Buffer.concat(account.parts).toString('utf8') });
      account = null;
    },
  });
  try {
    for await (const chunk of tar) {
      hash.update(chunk);
      size += chunk.length;
      reader.write(chunk);
    }
    reader.end();
  } catch (error) {
    if (error instanceof TarError) throw new SubmissionError('IMAGE_INVALID', `${label} ${error.message}.`);
    throw error;
  }
  return { diffId: `sha256:${hash.digest('hex')}`, size, entries, accounts };
}

function checkEntry(entry: TarEntry): void {
  const shown = JSON.stringify(entry.name.slice(0, 200));
  if (entry.type === 'character' || entry.type === 'block')
    throw new TarError(`holds a device node (${shown})`);
  if (escapesRoot(entry.name))
    throw new TarError(`holds an entry that leaves the root by its name (${shown})`);
  if (entry.type === 'hardlink' && escapesRoot(entry.linkName)) {
    throw new TarError(`holds a hard link that leaves the root (${shown})`);
  }
  for (const part of entry.name.split('/')) {
    if (Buffer.byteLength(part) > MAX_NAME_PART_BYTES) {
      throw new TarError(`holds a name of more than ${MAX_NAME_PART_BYTES} bytes (${shown})`);
    }
  }
  if (cleanPath(entry.name) === 'etc' && entry.type !== 'directory')
    throw new TarError('makes /etc a link or a file; it must be a folder');
  checkWhiteout(entry, shown);
}

const MAX_LINK_NAME_BYTES = 64 * 2 ** 20;

/**
 * Where entries come to lie. Whoever unpacks a layer makes each folder of a name that is not there yet, and
 * follows the layer's own links: a short name may be two thousand folders, and `a/passwd` lie in /etc. No tool
 * that walks a folder writes the second, so it is refused; what is checked by its name is then what it seems.
 */
class Paths {
  private last: string[] = [];
  private readonly links = new Set<string>();
  private linkNameBytes = 0;

  /** Gives how many files and folders the entry adds at most: exactly so where folders come before their content. */
  follow({ name, type }: TarEntry): number {
    const parts = cleanPath(name).split('/');
    let shared = 0;
    while (shared < parts.length && parts[shared] === this.last[shared]) shared += 1;
    // What both have in common was looked at with the last one, which may be a link itself.
    for (let depth = Math.max(shared, 1); depth < parts.length && this.links.size > 0; depth += 1) {
      const above = parts.slice(0, depth).join('/');
      if (this.links.has(above)) throw new TarError(`holds an entry below its link ${JSON.stringify(above)}`);
    }
    this.last = parts;
    // A hard link may be another name of a symbolic one.
    if (type === 'symlink' || type === 'hardlink') this.addLink(parts.join('/'));
    return Math.max(parts.length - shared, 1);
  }

  private addLink(path: string): void {
    this.linkNameBytes += path.length;
    if (this.linkNameBytes > MAX_LINK_NAME_BYTES) throw new TarError('holds more links than any real image');
    this.links.add(path);
  }
}

/** `.wh.NAME` hides NAME of the layers below, `.wh..wh..opq` all of them; nothing else has the prefix. */
function checkWhiteout(entry: TarEntry, shown: string): void {
  const parts = cleanPath(entry.name).split('/');
  const name = parts.pop() ?? '';
  const hasInner = parts.some((part) => part.startsWith('.wh.'));
  if (!name.startsWith('.wh.') && !hasInner) return;
  const hidden = name.slice('.wh.'.length);
  const isOpaque = name === '.wh..wh..opq';
  const isWellFormed =
    !hasInner &&
    entry.type === 'file' &&
    (isOpaque || (!['', '.', '..'].includes(hidden) && !hidden.startsWith('.wh.')));
  if (!isWellFormed) throw new TarError(`holds a malformed whiteout (${shown})`);
}

function noteAccount(
  entry: TarEntry,
  accounts: Map<string, AccountChange>,
): { path: string; parts: Buffer[] } | null {
  const path = cleanPath(entry.name);
  for (const file of ACCOUNT_FILES) {
    const name = file.slice('etc/'.length);
    if (path === `etc/.wh.${name}` || path === '.wh.etc') accounts.set(file, 'removed');
    // An opaque folder hides the layers below; what this layer itself brings stays.
    else if ((path === 'etc/.wh..wh..opq' || path === '.wh..wh..opq') && !accounts.has(file)) {
      accounts.set(file, 'removed');
    } else if (path === file) {
      if (entry.type === 'file' && entry.size <= MAX_ACCOUNT_FILE_BYTES) return { path: file, parts: [] };
      accounts.set(file, 'unreadable');
    }
  }
  return null;
}
