import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { CommandError } from '#cli/command.ts';
import { isGzip } from '#runner/imaging/inflate.ts';
import { decrypt, isEncrypted } from './openssl.ts';

export interface UnpackOptions {
  /** Asked for only if the archive is encrypted. */
  readKey(): Promise<string>;
  signal: AbortSignal;
  onProgress(readBytes: number, totalBytes: number): void;
}

/**
 * Unpacks a tar, plain or gzip, encrypted or not, as a stream. Only folders and files below `folder` are written:
 * links, devices, and names that lead out of it are refused. Throws CommandError, or the signal's reason.
 */
export async function unpackArchive(file: string, folder: string, options: UnpackOptions): Promise<void> {
  const { size } = await stat(file);
  const key = isEncrypted(await firstBytes(file, 16)) ? await options.readKey() : null;
  let read = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      read += (chunk as Buffer).length;
      options.onProgress(read, size);
      options.signal.throwIfAborted();
      yield chunk as Buffer;
    }
  };
  const plain = key === null ? counted() : decrypt(counted(), key);
  const tar = extract();
  const written = writeEntries(tar, folder, file);
  try {
    const { stream, isZipped } = await peek(plain);
    await Promise.all([
      isZipped ? pipeline(stream, createGunzip(), tar) : pipeline(stream, tar),
      written.catch((error: Error) => {
        tar.destroy(error);
        throw error;
      }),
    ]);
  } catch (error) {
    tar.destroy();
    await written.catch(() => undefined);
    options.signal.throwIfAborted();
    throw explained(error as NodeJS.ErrnoException, file, folder);
  }
}

/** A file that is neither gzip nor tar ends in an error of tar-stream. */
async function peek(source: AsyncGenerator<Buffer>): Promise<{ stream: Readable; isZipped: boolean }> {
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const { value, done } = await source.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  const stream = Readable.from(
    (async function* () {
      yield start;
      yield* source;
    })(),
  );
  return { stream, isZipped: isGzip(start) };
}

async function writeEntries(tar: ReturnType<typeof extract>, folder: string, file: string): Promise<void> {
  let count = 0;
  for await (const entry of tar) {
    const target = targetOf(entry.header, folder);
    if (entry.header.type === 'directory') {
      await mkdir(target, { recursive: true, mode: 0o700 });
      entry.resume();
      continue;
    }
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(entry, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
    count++;
  }
  if (count === 0) throw new CommandError(`${file} contains no file. Pass a tar or tar.gz of the data set.`);
}

function targetOf({ name, type }: Header, folder: string): string {
  const entry = JSON.stringify(name);
  if (type !== 'file' && type !== 'directory' && type !== 'contiguous-file') {
    throw new CommandError(
      `The archive contains ${entry}, which is a ${type ?? 'special file'}; only files and folders are unpacked. Unpack it yourself, and pass the folder.`,
    );
  }
  const parts = name.split('/');
  const leadsOut = path.posix.isAbsolute(name) || parts.includes('..') || /[\0\\]/.test(name);
  if (leadsOut) {
    throw new CommandError(`The archive contains ${entry}, which leads out of it. Don't use this archive.`);
  }
  return path.join(folder, ...parts.filter((part) => part !== '' && part !== '.'));
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function explained(error: NodeJS.ErrnoException, file: string, folder: string): Error {
  if (error instanceof CommandError) return error;
  if (error.code === 'ENOSPC') {
    return new CommandError(
      `No space is left in ${path.dirname(folder)} to unpack ${file}. Set TMPDIR to a folder with more space.`,
    );
  }
  if (error.code === 'EEXIST') {
    return new CommandError(`${file} contains a file twice: ${path.relative(folder, error.path ?? '')}.`);
  }
  return new CommandError(
    `${file} can't be unpacked: it is no tar or tar.gz, or is truncated or damaged (${error.message}). Download it again and compare its size.`,
    { cause: error },
  );
}
