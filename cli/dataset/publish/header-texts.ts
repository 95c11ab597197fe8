import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CommandError } from '#cli/command.ts';
import { headerText } from '#cli/dataset/check/header-text.ts';
import { VOLUME_NAME } from '#lib/domain/tasks/volume-names.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import type { ReleaseSource } from './variant-archive.ts';

/** The header and its extensions lie in this much of a file. */
const START_BYTES = 1 << 16;

export interface HeaderTexts {
  files: ReadonlySet<ReleaseSource>;
  /** "descrip (304 files)": how many files have text in which field. */
  fields: readonly string[];
}

/** The images of a release with text in their headers, which can name a person, a place or a machine. */
export async function findHeaderTexts(files: readonly ReleaseSource[]): Promise<HeaderTexts> {
  const found = new Set<ReleaseSource>();
  const counts = new Map<string, number>();
  for (const file of files) {
    if (!VOLUME_NAME.test(file.relative)) continue;
    for (const field of new Set(await fieldsOf(file))) {
      found.add(file);
      counts.set(field, (counts.get(field) ?? 0) + 1);
    }
  }
  const fields = [...counts].map(
    ([field, count]) => `${field} (${count === 1 ? '1 file' : `${count} files`})`,
  );
  return { files: found, fields };
}

async function fieldsOf({ path }: ReleaseSource): Promise<string[]> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return headerText(buffer.subarray(0, bytesRead)).map(({ field }) => field);
  } catch (error) {
    throw new CommandError(`The header of ${path} can't be read: ${(error as Error).message}`);
  } finally {
    await handle.close();
  }
}

/**
 * Writes the images with text in their headers again below `folder`, without it and with the same voxels.
 * @returns the files to release, in the same order.
 */
export async function withoutHeaderTexts(
  files: readonly ReleaseSource[],
  { files: texts }: HeaderTexts,
  { folder, signal, onProgress }: { folder: string; signal: AbortSignal; onProgress(done: number): void },
): Promise<ReleaseSource[]> {
  const clean: ReleaseSource[] = [];
  let done = 0;
  for (const file of files) {
    signal.throwIfAborted();
    if (!texts.has(file)) {
      clean.push(file);
      continue;
    }
    const target = path.join(folder, file.relative);
    const content = rewritten(file.relative, await readFile(file.path));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content, { mode: 0o600 });
    clean.push({ ...file, path: target, bytes: content.length });
    done += 1;
    onProgress(done);
  }
  return clean;
}

function rewritten(name: string, bytes: Uint8Array): Uint8Array {
  try {
    if (/\.mha$/i.test(name)) return rewriteImage(bytes, 'mha');
    const compressed = rewriteImage(bytes, 'nii.gz');
    return /\.gz$/i.test(name) ? compressed : gunzipSync(compressed);
  } catch (error) {
    throw new CommandError(`${name} can't be written without its text: ${(error as Error).message}`);
  }
}
