import { createInterface } from 'node:readline/promises';

/** Asks a question on the terminal; true if the answer is y or yes. */
export async function isConfirmed(question: string): Promise<boolean> {
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await questions.question(`${question} [y/N] `)).trim());
  } finally {
    questions.close();
  }
}
