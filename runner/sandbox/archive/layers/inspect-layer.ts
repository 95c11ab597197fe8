import { createHash } from 'node:crypto';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { escapesRoot } from '#runner/sandbox/archive/paths.ts';
import { type TarEntry, TarError, TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import type { FileLookup } from './file-lookup.ts';
import { LayerPaths, type Placed } from './layer-paths.ts';
import { appendRange, type ByteRange, isLeftOut } from './left-out.ts';

/** The result of inspecting a layer. */
export interface LayerReport {
  /** `sha256:…` of the uncompressed tar. */
  diffId: string;
  size: number;
  /** Files and folders, including those that appear only in the paths of others. */
  entries: number;
  /** Where the tar contains entries that must not be loaded (left-out.ts). */
  leftOut: readonly ByteRange[];
}

export interface InspectOptions {
  /** The subject of error messages. */
  label: string;
  maxEntries: number;
  /** Each is told what the layer does to its file. */
  lookups: readonly FileLookup[];
}

/** Limit for all layers together; a Python image with CUDA has about 100,000 files and folders. */
export const MAX_LAYER_ENTRIES = 1_000_000;
const MAX_NAME_PART_BYTES = 255;

/**
 * Reads a layer once and returns its hash, its size and what to leave out. Checks the name and type of every
 * entry and throws SubmissionError('IMAGE_INVALID') for what no legitimate image contains: device nodes outside
 * /dev, names that leave the root, whiteouts that would remove a folder's parent.
 */
export async function inspectLayer(
  tar: AsyncIterable<Buffer>,
  { label, maxEntries, lookups }: InspectOptions,
): Promise<LayerReport> {
  const hash = createHash('sha256');
  const paths = new LayerPaths();
  const leftOut: ByteRange[] = [];
  let size = 0;
  let entries = 0;
  let wanted: { parts: Buffer[]; take: (content: Buffer) => void }[] = [];
  const reader = new TarReader({
    onEntry(entry) {
      checkName(entry);
      const place = paths.locate(entry);
      const isKept = !isLeftOut(place.path);
      if (isKept) checkKept(entry, place);
      else appendRange(leftOut, entry);
      entries += isKept ? paths.create(place) : 1;
      if (entries > maxEntries)
        throw new TarError(`brings the image to more than ${MAX_LAYER_ENTRIES} files and folders`);
      if (isKept) wanted = observe(entry, place, lookups).map((take) => ({ parts: [], take }));
    },
    onData(chunk) {
      for (const { parts } of wanted) parts.push(Buffer.from(chunk));
    },
    onEntryEnd() {
      for (const { parts, take } of wanted) take(Buffer.concat(parts));
      wanted = [];
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
  for (const lookup of lookups) lookup.endLayer();
  return { diffId: `sha256:${hash.digest('hex')}`, size, entries, leftOut };
}

function checkName(entry: TarEntry): void {
  if (escapesRoot(entry.name))
    throw new TarError(`contains an entry whose name leaves the root (${quotedName(entry)})`);
  if (entry.type === 'hardlink' && escapesRoot(entry.linkName))
    throw new TarError(`contains a hard link that leaves the root (${quotedName(entry)})`);
  for (const part of entry.name.split('/')) {
    if (Buffer.byteLength(part) > MAX_NAME_PART_BYTES)
      throw new TarError(`contains a name longer than ${MAX_NAME_PART_BYTES} bytes (${quotedName(entry)})`);
  }
}

function checkKept(entry: TarEntry, { path, target, isSymlink }: Placed): void {
  if (entry.type === 'character' || entry.type === 'block') {
    throw new TarError(
      `contains a device node outside /dev (${quotedName(entry)}). Remove it: every container gets its own /dev`,
    );
  }
  if (entry.type === 'hardlink' && !isSymlink && isLeftOut(target ?? '')) {
    throw new TarError(
      `contains a hard link (${quotedName(entry)}) to a file that is left out of images: below /dev, or of the file system AUFS`,
    );
  }
  checkWhiteout(entry, path);
}

const OPAQUE = '.wh..wh..opq';

/**
 * `.wh.NAME` hides NAME of the lower layers and `.wh..wh..opq` hides all of them; no other name may have the
 * prefix.
 */
function checkWhiteout(entry: TarEntry, path: string): void {
  if (!path.includes('.wh.')) return;
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  const hasInner = parts.some((part) => part.startsWith('.wh.'));
  if (!name.startsWith('.wh.') && !hasInner) return;
  const hidden = name.slice('.wh.'.length);
  const isWellFormed =
    !hasInner && entry.type === 'file' && (name === OPAQUE || !['', '.', '..'].includes(hidden));
  if (!isWellFormed) throw new TarError(`contains a malformed whiteout (${quotedName(entry)})`);
}

/** Tells the lookups of an entry. Returns the functions that take its content. */
function observe(
  entry: TarEntry,
  place: Placed,
  lookups: readonly FileLookup[],
): ((content: Buffer) => void)[] {
  const slash = place.path.lastIndexOf('/');
  const folder = place.path.slice(0, Math.max(slash, 0));
  const name = place.path.slice(slash + 1);
  if (!name.startsWith('.wh.')) {
    return lookups.flatMap((lookup) => lookup.onEntry(entry, place) ?? []);
  }
  for (const lookup of lookups) {
    if (name === OPAQUE) lookup.onOpaque(folder);
    else lookup.onWhiteout(`${folder}${folder === '' ? '' : '/'}${name.slice('.wh.'.length)}`);
  }
  return [];
}

function quotedName({ name }: TarEntry): string {
  return JSON.stringify(name.slice(0, 200));
}
