import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';

const KEY = /^[0-9a-f]{64}\n?$/;

/** Where the key is if no option says so: in the folder for settings of the person who seals. */
export function defaultSubjectKeyFile(): string {
  const home = process.env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config');
  return path.join(home, 'heldout', 'subjects.key');
}

/** The key in a file; a new one if there is none and `creates`, else null. Throws CommandError. */
export async function subjectKey(file: string, { creates }: { creates: boolean }): Promise<Buffer | null> {
  try {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text !== null) {
      if (!KEY.test(text)) throw new Error('it isn’t 64 hexadecimal digits');
      return Buffer.from(text.trim(), 'hex');
    }
    if (!creates) return null;
    const key = randomBytes(32);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    throw new CommandError(`The subject key ${file} can't be used: ${(error as Error).message}`);
  }
}
