import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import { seal } from '#runner/secrets/seal.ts';

export interface SealedArchive {
  /** The organizer's name. */
  file: string;
  /** Of the archive before it was sealed. */
  sha256: string;
  sealed: Uint8Array;
}

/** Of the archive of the truth. */
export const MAX_ARCHIVE_BYTES = 2 ** 31 - 1;

/** Seals the archive that an organizer's scorer gets as its truth. Throws CommandError if it can't be read. */
export async function sealArchive(recipient: string, file: string): Promise<SealedArchive> {
  const bytes = await readArchive(file);
  return {
    file: path.basename(file),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sealed: await seal(recipient, bytes),
  };
}

async function readArchive(file: string): Promise<Uint8Array> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw new Error('it isn’t a file: pack the folder (tar cf truth.tar -C FOLDER .)');
    if (facts.size > MAX_ARCHIVE_BYTES)
      throw new Error(`${facts.size} bytes are too many; at most 2 GiB are sealed`);
    return await readFile(file);
  } catch (error) {
    throw new CommandError(`The ground truth ${file} can't be read: ${(error as Error).message}`);
  }
}
