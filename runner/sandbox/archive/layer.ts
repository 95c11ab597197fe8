import { createHash } from 'node:crypto';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { cleanPath, escapesRoot } from './paths.ts';
import { type TarEntry, TarError, TarReader } from './tar-reader.ts';

/** The result of inspecting a layer. */
export interface LayerReport {
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
  size: number;
  /** Files and folders, including those that appear only in the paths of others. */
  entries: number;
  /** How the layer changes the two account files. */
  accounts: ReadonlyMap<string, AccountChange>;
}

/** The file's text; `unreadable` if it is a link or too large; `removed` if a whiteout hides it. */
export type AccountChange = { text: string } | 'unreadable' | 'removed';

export const ACCOUNT_FILES = ['etc/passwd', 'etc/group'] as const;

/** Limit for all layers together; a Python image with CUDA has about 100,000 files and folders. */
export const MAX_LAYER_ENTRIES = 1_000_000;
const MAX_ACCOUNT_FILE_BYTES = 1024 * 1024;
const MAX_NAME_PART_BYTES = 255;

/**
 * Reads a layer once and returns its hash, its account files and its size. Checks the name and type of every
 * entry and throws SubmissionError('IMAGE_INVALID') for what no legitimate image contains: device nodes,
 * names that leave the root, whiteouts that would remove a folder's parent.
 */
export async function inspectLayer(
  tar: AsyncIterable<Buffer>,
  label: string,
  maxEntries: number,
): Promise<LayerReport> {
  const hash = createHash('sha256');
  const accounts = new Map<string, AccountChange>();
  const paths = new PathTracker();
  let size = 0;
  let entries = 0;
  let account: { path: string; parts: Buffer[] } | null = null;
  const reader = new TarReader({
    onEntry(entry) {
      checkEntry(entry);
      entries += paths.add(entry);
      if (entries > maxEntries)
        throw new TarError(`brings the image to more than ${MAX_LAYER_ENTRIES} files and folders`);
      account = recordAccount(entry, accounts);
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
  const quotedName = JSON.stringify(entry.name.slice(0, 200));
  if (entry.type === 'character' || entry.type === 'block')
    throw new TarError(`contains a device node (${quotedName})`);
  if (escapesRoot(entry.name))
    throw new TarError(`contains an entry whose name leaves the root (${quotedName})`);
  if (entry.type === 'hardlink' && escapesRoot(entry.linkName)) {
    throw new TarError(`contains a hard link that leaves the root (${quotedName})`);
  }
  for (const part of entry.name.split('/')) {
    if (Buffer.byteLength(part) > MAX_NAME_PART_BYTES) {
      throw new TarError(`contains a name longer than ${MAX_NAME_PART_BYTES} bytes (${quotedName})`);
    }
  }
  if (cleanPath(entry.name) === 'etc' && entry.type !== 'directory')
    throw new TarError('replaces /etc with a link or a file; it must be a folder');
  checkWhiteout(entry, quotedName);
}

const MAX_LINK_NAME_BYTES = 64 * 2 ** 20;

/**
 * Tracks which files and folders the entries create. Unpacking a layer creates every missing folder of a name
 * and follows the layer's own links: one name may create two thousand folders, and `a/passwd` may end up in
 * /etc. No tool that archives a folder writes an entry below a link, so such entries are refused, and
 * checking entries by name is safe.
 */
class PathTracker {
  private last: string[] = [];
  private readonly links = new Set<string>();
  private linkNameBytes = 0;

  /**
   * Returns an upper bound on the files and folders that the entry adds, exact if folders precede their
   * content.
   */
  add({ name, type }: TarEntry): number {
    const parts = cleanPath(name).split('/');
    let shared = 0;
    while (shared < parts.length && parts[shared] === this.last[shared]) shared += 1;
    // The shared prefix was checked with the previous entry, which may be a link itself.
    for (let depth = Math.max(shared, 1); depth < parts.length && this.links.size > 0; depth += 1) {
      const above = parts.slice(0, depth).join('/');
      if (this.links.has(above))
        throw new TarError(`contains an entry below its own link ${JSON.stringify(above)}`);
    }
    this.last = parts;
    // A hard link may be another name of a symbolic link.
    if (type === 'symlink' || type === 'hardlink') this.addLink(parts.join('/'));
    return Math.max(parts.length - shared, 1);
  }

  private addLink(path: string): void {
    this.linkNameBytes += path.length;
    if (this.linkNameBytes > MAX_LINK_NAME_BYTES)
      throw new TarError('contains more links than any real image');
    this.links.add(path);
  }
}

/**
 * `.wh.NAME` hides NAME of the lower layers and `.wh..wh..opq` hides all of them; no other name may have the
 * prefix.
 */
function checkWhiteout(entry: TarEntry, quotedName: string): void {
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
  if (!isWellFormed) throw new TarError(`contains a malformed whiteout (${quotedName})`);
}

function recordAccount(
  entry: TarEntry,
  accounts: Map<string, AccountChange>,
): { path: string; parts: Buffer[] } | null {
  const path = cleanPath(entry.name);
  for (const file of ACCOUNT_FILES) {
    const name = file.slice('etc/'.length);
    if (path === `etc/.wh.${name}` || path === '.wh.etc') accounts.set(file, 'removed');
    // An opaque folder hides the lower layers, but not what this layer itself adds.
    else if ((path === 'etc/.wh..wh..opq' || path === '.wh..wh..opq') && !accounts.has(file)) {
      accounts.set(file, 'removed');
    } else if (path === file) {
      if (entry.type === 'file' && entry.size <= MAX_ACCOUNT_FILE_BYTES) return { path: file, parts: [] };
      accounts.set(file, 'unreadable');
    }
  }
  return null;
}
