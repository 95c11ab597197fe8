import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import { packOutputs, unpackOutputs } from '#runner/pipeline/kept-predictions.ts';
import type { CollectedOutputs } from '#runner/types.ts';

/**
 * Writes what an algorithm wrote for a case to the run's folder, where it waits for the scorer: all cases together may
 * not fit into memory. The folder is removed with the run. Returns what reads it again. Throws CommandError if the
 * disk is full.
 */
export async function keepOutputs(
  scratch: string,
  name: string,
  outputs: CollectedOutputs,
): Promise<() => Promise<CollectedOutputs>> {
  const folder = path.join(scratch, 'outputs');
  const file = path.join(folder, `${name}.tar`);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, packOutputs(outputs), { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new CommandError(
      `The disk of ${path.dirname(scratch)} is full, so the outputs can't wait for the scorer there. Free some space, or set TMPDIR to a folder on another disk.`,
      { cause: error },
    );
  }
  return async () => unpackOutputs(await readFile(file));
}
