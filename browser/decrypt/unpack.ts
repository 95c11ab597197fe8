import { extract } from 'tar-stream';
import { pathProblem } from '#lib/domain/datasets/release.ts';
import { DecryptError } from './decrypt-stream.ts';

/**
 * Writes the files of a .tar.gz into a folder, one after the other as they arrive. A file appears under its name when it is
 * complete.
 *
 * @returns the number of files.
 * @throws DecryptError if the archive is damaged, or a path would leave the folder.
 */
export async function unpackInto(
  folder: FileSystemDirectoryHandle,
  archive: ReadableStream<Uint8Array>,
  onFile: (files: number) => void,
): Promise<number> {
  const tar = extract();
  const fed = feed(tar, archive.pipeThrough(new DecompressionStream('gzip') as never));
  // Told below, where the entries are read.
  fed.catch((error: Error) => tar.destroy(error));
  let files = 0;
  for await (const entry of tar) {
    const { name, type } = entry.header;
    if (type !== 'file') {
      entry.resume();
      continue;
    }
    const problem = pathProblem(name);
    if (problem)
      throw new DecryptError(
        `The archive has a file “${name}”, whose path ${problem}. It was not unpacked further.`,
      );
    await writeFile(folder, name.split('/'), entry as AsyncIterable<Uint8Array>);
    files += 1;
    onFile(files);
  }
  await fed;
  return files;
}

async function feed(tar: ReturnType<typeof extract>, content: ReadableStream<Uint8Array>): Promise<void> {
  const reader = content.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      if (error instanceof DecryptError) throw error;
      throw new DecryptError('The decrypted archive is damaged: it is no whole .tar.gz. Download it again.');
    });
    if (done) break;
    if (!tar.write(value as never))
      await new Promise<void>((resolve) => void tar.once('drain', () => resolve()));
  }
  tar.end(null);
}

async function writeFile(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  let folder = root;
  for (const part of path.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
  const file = await folder.getFileHandle(path.at(-1)!, { create: true });
  const writable = await file.createWritable();
  try {
    for await (const part of content) await writable.write(part as never);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    await folder.removeEntry(path.at(-1)!).catch(() => undefined);
    throw error;
  }
}
