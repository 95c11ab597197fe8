import { rename, rm, writeFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** Writes the file atomically; "-" prints to stdout instead. Throws CommandError. */
export function writeJson(file: string, value: unknown): Promise<void> {
  return writeText(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** The same for any text. */
export async function writeText(file: string, text: string): Promise<void> {
  if (file === '-') {
    process.stdout.write(text);
    return;
  }
  const draft = `${file}.${process.pid}.part`;
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CommandError(`${file} can't be written: ${(error as Error).message}`, { cause: error });
  }
}
