import { readFile, writeFile } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';
import { newScorerKey, publicScorerKey } from '#runner/secrets/scorer-key.ts';

/** The private key in a file, as PEM; a new one if it doesn't exist and may be created. Throws CommandError. */
export async function scorerKeyFile(file: string, { creates }: { creates: boolean }): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || !creates) throw error;
      const created = newScorerKey();
      await writeFile(file, created, { mode: 0o600, flag: 'wx' });
      return created;
    });
    publicScorerKey(pem);
    return pem;
  } catch (error) {
    throw new CommandError(`The scorer key ${file} can't be used: ${(error as Error).message}`);
  }
}
