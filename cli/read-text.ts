import { readFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** UTF-8, with or without a byte order mark. Throws CommandError. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw new CommandError(`${file} can't be read: ${error.message}`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(`${file} isn't UTF-8 text. Save it as UTF-8 and try again.`);
  }
}
