import { type FileHandle, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError, SubmissionError } from '#lib/domain/evaluations/codes.ts';

/** Space that must stay free on the spool's disk: a full disk would stop more than this evaluation. */
export const RESERVED_BYTES = 1024 * 1024 * 1024;
const CHECK_EVERY_BYTES = 64 * 1024 * 1024;

export interface SpooledFile {
  path: string;
  size: number;
}

/**
 * Writes numbered files to one folder, with one limit on their total size and a check of the free space. File
 * names from an archive are never used as names on our disk.
 */
export class Spool {
  private readonly folder: string;
  private readonly maxBytes: number;
  private count = 0;
  private bytes = 0;
  private bytesUntilCheck = 0;
  private readonly label: string;

  /** `label` is the subject of the error message if the limit is exceeded. */
  constructor(folder: string, maxBytes: number, label: string) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.label = label;
  }

  async create(): Promise<SpoolWriter> {
    const path = join(this.folder, String(this.count++));
    return new SpoolWriter(this, path, await open(path, 'wx', 0o600));
  }

  /** Called before bytes are written. */
  async claim(bytes: number): Promise<void> {
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) throw unpackedTooLarge(this.label, this.maxBytes);
    this.bytesUntilCheck -= bytes;
    if (this.bytesUntilCheck > 0) return;
    this.bytesUntilCheck = CHECK_EVERY_BYTES;
    await requireFreeSpace(this.folder, bytes + CHECK_EVERY_BYTES);
  }
}

export class SpoolWriter {
  private readonly spool: Spool;
  private readonly path: string;
  private readonly handle: FileHandle;
  private size = 0;

  constructor(spool: Spool, path: string, handle: FileHandle) {
    this.spool = spool;
    this.path = path;
    this.handle = handle;
  }

  async write(chunk: Buffer): Promise<void> {
    await this.spool.claim(chunk.length);
    for (let at = 0; at < chunk.length; ) {
      const { bytesWritten } = await this.handle.write(chunk, at, chunk.length - at).catch(throwDiskError);
      at += bytesWritten;
    }
    this.size += chunk.length;
  }

  async close(): Promise<SpooledFile> {
    await this.handle.close();
    return { path: this.path, size: this.size };
  }

  /** Closing twice has no effect. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }
}

/** Throws PlatformError('DISK_FULL') unless `bytes` fit and the reserve stays free. */
export async function requireFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < bytes + RESERVED_BYTES) {
    throw new PlatformError(
      'DISK_FULL',
      `${folder} has ${Math.floor(free / 2 ** 20)} MiB of free space; ${Math.ceil((bytes + RESERVED_BYTES) / 2 ** 20)} MiB are needed.`,
    );
  }
}

export function unpackedTooLarge(label: string, maxBytes: number): SubmissionError {
  const mib = Math.floor(maxBytes / 2 ** 20);
  return new SubmissionError('IMAGE_TOO_LARGE', `${label} is larger than ${mib} MiB when unpacked.`);
}

function throwDiskError(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    throw new PlatformError('DISK_FULL', 'The runner has no disk space left to unpack an archive.', {
      cause: error,
    });
  }
  throw error;
}
