import { readFile } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** Keys and passphrases. Never an argument, which every user of the machine can read. */

/** Throws CommandError. */
export async function readFirstLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`The key file can't be read: ${error.message}`);
  });
  return text.split(/\r?\n/)[0]!;
}

/** Asks on the terminal and doesn't show what is typed. null without a terminal. Throws CommandError on Ctrl+C. */
export async function promptSecret(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return null;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let secret = '';
  try {
    for await (const typed of stdin) {
      for (const character of typed as string) {
        if (character === '\r' || character === '\n') return secret;
        if (character === '\u0003') throw new CommandError('Interrupted.');
        secret = character === '\u007f' || character === '\b' ? secret.slice(0, -1) : secret + character;
      }
    }
    return secret;
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
