import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { CommandError } from '#cli/command.ts';
import { isGzip } from '#runner/imaging/inflate.ts';

export interface ArchiveMember {
  path: string;
  bytes: number;
  /** null if it wasn’t asked for. */
  sha256: string | null;
}

/**
 * The files of a tar or tar.gz in its order. Reads it as a stream, and only as far as it is asked for.
 * Throws CommandError.
 */
export async function* archiveMembers(
  file: string,
  { hashes }: { hashes: boolean },
): AsyncGenerator<ArchiveMember> {
  const isZipped = isGzip(await firstBytes(file, 2));
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const tar = extract();
  // An error of any part ends the archive with it, and so the loop.
  const done = () => undefined;
  if (isZipped) pipeline(source, createGunzip(), tar, done);
  else pipeline(source, tar, done);
  try {
    for await (const entry of tar) {
      const { name, size = 0, type } = entry.header;
      const hash = hashes && type === 'file' ? createHash('sha256') : null;
      for await (const chunk of entry) hash?.update(chunk as Buffer);
      if (type === 'file') yield { path: name, bytes: size, sha256: hash?.digest('hex') ?? null };
    }
  } catch (cause) {
    throw new CommandError(
      `${file} can't be read as a tar or tar.gz: it is another file, or truncated or damaged (${(cause as Error).message}).`,
      { cause },
    );
  } finally {
    source.destroy();
    tar.destroy();
  }
}

/**
 * Bytes of content in each stored block of a gzip file (RFC 1951, section 3.2.4); null if it was compressed, is no gzip
 * file or has one block only.
 */
export async function storedBlockBytes(file: string): Promise<number | null> {
  const start = await firstBytes(file, 15);
  // Without optional fields in the header, as downloads are made. Bit 0: last block; bits 1 and 2: stored.
  if (start.length < 15 || !isGzip(start) || start[3] !== 0 || (start[10]! & 7) !== 0) return null;
  const bytes = start.readUInt16LE(11);
  return bytes > 0 && start.readUInt16LE(13) === (bytes ^ 0xffff) ? bytes : null;
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
