import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** Writes the file atomically; "-" prints to stdout instead. Throws CommandError. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeParts(file, [`${JSON.stringify(value, null, 2)}\n`]);
}

/** The same for a text in parts, which are made while it is written. */
export async function writeParts(file: string, parts: Iterable<string>): Promise<void> {
  if (file === '-') {
    for (const part of blocksOf(parts)) {
      if (!process.stdout.write(part)) await once(process.stdout, 'drain');
    }
    return;
  }
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, blocksOf(parts));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CommandError(`${file} can't be written: ${(error as Error).message}`, { cause: error });
  }
}

const BLOCK_LENGTH = 1 << 16;

/** Joins short parts, so that each is not a write of its own. */
function* blocksOf(parts: Iterable<string>): Generator<string> {
  let block = '';
  for (const part of parts) {
    block += part;
    if (block.length < BLOCK_LENGTH) continue;
    yield block;
    block = '';
  }
  yield block;
}
