// `npm run check:words`: finds words of scripts/check/forbidden-words.ts in sources and documents.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/root.ts';
import { FORBIDDEN_WORDS } from './forbidden-words.ts';
import { repositoryFiles } from './repository-files.ts';

const SCANNED = /\.(tsx?|mjs|js|md|prisma|sql|css|html)$/;
/** They name the words. */
const EXCEPT = ['scripts/check/forbidden-words.ts', 'test/unit/scripts/words.test.ts'];
/** What a comment or a list begins its next line with. */
const CONTINUATION = /^\s*(?:\*|\/\/+|--|#+|>|-)?\s*/;

export interface Finding {
  line: number;
  words: string;
  say: string;
}

/** Every forbidden word of a text, also where a line ends within it. */
export function findForbiddenWords(text: string, file = ''): Finding[] {
  const lines = text.split('\n');
  const words = FORBIDDEN_WORDS.filter(({ except }) => !except?.test(file));
  return lines.flatMap((content, index) => {
    const next = lines[index + 1]?.replace(CONTINUATION, '') ?? '';
    const joined = `${content.trimEnd()} ${next}`;
    return words.flatMap(({ pattern, say }) =>
      [...joined.matchAll(pattern)]
        // What lies in the next line alone is found there.
        .filter((match) => match.index < content.trimEnd().length)
        .map(([words]) => ({ line: index + 1, words, say })),
    );
  });
}

if (import.meta.main) {
  const files = repositoryFiles().filter((file) => SCANNED.test(file) && !EXCEPT.includes(file));
  const findings = files.flatMap((file) =>
    findForbiddenWords(readFileSync(join(ROOT, file), 'utf8'), file).map((finding) => ({ file, ...finding })),
  );
  for (const { file, line, words, say } of findings) {
    console.log(`${file}:${line}  "${words}"  say: ${say}`);
  }
  if (findings.length > 0) process.exitCode = 1;
}
