import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import { archiveMembers } from './archive-members.ts';
import type { ReleaseFile } from './release-files.ts';

/** What differs from a release, by path. */
export interface Differences {
  verified: number;
  missing: string[];
  changed: string[];
  /** Files that the release doesn’t have. They do no harm. */
  extra: string[];
}

export function isWhole({ missing, changed }: Differences): boolean {
  return missing.length === 0 && changed.length === 0;
}

export interface CheckOptions {
  files: readonly ReleaseFile[];
  /** The folder that an archive of the release has its files in. */
  folder: string;
  signal: AbortSignal;
  onProgress(text: string): void;
}

/** Compares a folder, a tar or tar.gz, or a single file with a release, by size and SHA-256. Throws CommandError. */
export async function checkFiles(target: string, options: CheckOptions): Promise<Differences> {
  const found = await stat(target).catch((error: Error) => {
    throw new CommandError(`${target} can't be read: ${error.message}`);
  });
  return found.isDirectory() ? checkFolder(target, options) : checkArchive(target, options);
}

async function checkArchive(target: string, options: CheckOptions): Promise<Differences> {
  const { folder, signal, onProgress } = options;
  const compared = compare(options.files);
  for await (const { path: name, bytes, sha256 } of archiveMembers(target, { hashes: true })) {
    signal.throwIfAborted();
    compared.add(name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name, { bytes, sha256 });
    onProgress(`${compared.count()} of ${options.files.length} files verified`);
  }
  return compared.result();
}

async function checkFolder(target: string, options: CheckOptions): Promise<Differences> {
  const { folder, files, signal, onProgress } = options;
  const inside = path.join(target, folder);
  const root = existsSync(inside) ? inside : target;
  const compared = compare(files);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    signal.throwIfAborted();
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, file).split(path.sep).join('/');
    const { size: bytes } = await stat(file);
    const sha256 = compared.has(name) ? await hashFile(file, signal) : null;
    compared.add(name, { bytes, sha256 });
    onProgress(`${compared.count()} of ${files.length} files verified`);
  }
  return compared.result();
}

function compare(files: readonly ReleaseFile[]) {
  const expected = new Map(files.map((file) => [file.path, file]));
  const missing = new Set(expected.keys());
  const [changed, extra]: [string[], string[]] = [[], []];
  let verified = 0;
  return {
    has: (name: string) => expected.has(name),
    count: () => verified + changed.length,
    add(name: string, { bytes, sha256 }: { bytes: number; sha256: string | null }): void {
      const file = expected.get(name);
      if (!file) {
        extra.push(name);
        return;
      }
      missing.delete(name);
      if (file.bytes === bytes && file.sha256 === sha256) verified += 1;
      else changed.push(name);
    },
    result: (): Differences => ({ verified, missing: [...missing], changed, extra }),
  };
}

/** SHA-256 in hexadecimal. */
export async function hashFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
