import { CommandError } from '#cli/command.ts';
import { promptSecret, readFirstLine } from '#cli/secret-input.ts';

/**
 * The key of an encrypted archive: the first line of the file, else HELDOUT_ARCHIVE_KEY, else a prompt that doesn't
 * show it. Never an argument, which every user of the machine can read. Throws CommandError.
 */
export async function readArchiveKey(file: string | undefined, archive: string): Promise<string> {
  const key =
    file === undefined
      ? (process.env['HELDOUT_ARCHIVE_KEY'] ?? (await prompt(archive)))
      : await readFirstLine(file);
  if (key === '') throw new CommandError(`The key of ${archive} is empty.`);
  return key;
}

async function prompt(archive: string): Promise<string> {
  const key = await promptSecret(`Key of ${archive}: `);
  if (key !== null) return key;
  throw new CommandError(
    `${archive} is encrypted. Pass its key with --key-file FILE or in HELDOUT_ARCHIVE_KEY.`,
  );
}
