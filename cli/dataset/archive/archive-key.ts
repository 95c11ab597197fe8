import { readFile } from 'node:fs/promises';
import { CommandError } from '#cli/command.ts';

/**
 * The key of an encrypted archive: the first line of the file, else HELDOUT_ARCHIVE_KEY, else a prompt that doesn't
 * show it. Never an argument, which every user of the machine can read. Throws CommandError.
 */
export async function readArchiveKey(file: string | undefined, archive: string): Promise<string> {
  const key =
    file === undefined
      ? (process.env['HELDOUT_ARCHIVE_KEY'] ?? (await prompt(archive)))
      : await firstLine(file);
  if (key === '') throw new CommandError(`The key of ${archive} is empty.`);
  return key;
}

async function firstLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`The key file can't be read: ${error.message}`);
  });
  return text.split(/\r?\n/)[0]!;
}

async function prompt(archive: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new CommandError(
      `${archive} is encrypted. Pass its key with --key-file FILE or in HELDOUT_ARCHIVE_KEY.`,
    );
  }
  stderr.write(`Key of ${archive}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let key = '';
  try {
    for await (const typed of stdin) {
      for (const character of typed as string) {
        if (character === '\r' || character === '\n') return key;
        if (character === '\u0003') throw new CommandError('Interrupted.');
        key = character === '\u007f' || character === '\b' ? key.slice(0, -1) : key + character;
      }
    }
    return key;
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
