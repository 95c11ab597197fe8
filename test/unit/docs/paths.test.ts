import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryFiles } from '#scripts/check/repository-files.ts';
import { exists, type Mention, mentionsInComments, mentionsInMarkdown } from '#test/support/path-mentions.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FILES = repositoryFiles();
/** It plants paths that don't exist. */
const THIS_FILE = 'test/unit/docs/paths.test.ts';
/** Next would look for them, and a decision says why there are none. */
const NOT_OURS = ['loading.tsx', 'proxy.ts'];

function missingIn(pattern: RegExp, mentions: (text: string) => Mention[]): string[] {
  return FILES.filter((file) => pattern.test(file) && file !== THIS_FILE).flatMap((file) =>
    mentions(readFileSync(join(ROOT, file), 'utf8'))
      .filter(({ path }) => !NOT_OURS.includes(path) && !exists(path, file, FILES))
      .map(({ line, path }) => `${file}:${line} ${path}`),
  );
}

test('every path that a document names exists', () => {
  // A decision record stays as it was written, so it can name a folder of its time.
  expect(missingIn(/^(?!docs\/decisions\/).*\.md$/, mentionsInMarkdown)).toEqual([]);
});

test('every path that a comment names exists', () => {
  expect(missingIn(/\.(tsx?|mjs|js|jsonc|css|prisma|sql|sh)$/, mentionsInComments)).toEqual([]);
});

test('a path that does not exist is found, in prose, links and comments', () => {
  const markdown = [
    'See `lib/domain/gone.ts`, `gone.ts`, `runner/doctor` and [the guide](../gone.md#part).',
    'Not `npm run demo`, https://example.org/a/b.ts or [a site](https://example.org/c.md).',
    '```',
    'COPY `lib/gone.ts`',
    '```',
  ];
  expect(mentionsInMarkdown(markdown.join('\n'))).toEqual([
    { line: 1, path: 'lib/domain/gone.ts' },
    { line: 1, path: 'gone.ts' },
    { line: 1, path: 'runner/doctor' },
    { line: 1, path: '../gone.md' },
  ]);
  const source = [
    '// As in lib/gone.ts.',
    "const a = 'lib/text.ts'; // (runner/doctor)",
    '  # ./gone.sh',
  ].join('\n');
  expect(mentionsInComments(source).map(({ path }) => path)).toEqual([
    'lib/gone.ts',
    'runner/doctor',
    './gone.sh',
  ]);
  for (const path of ['lib/gone.ts', 'runner/doctor', './gone.sh', 'gone.ts']) {
    expect(exists(path, 'docs/page.md', ['lib/there.ts', 'docs/page.md'])).toBe(false);
  }
});

test('files and folders are found from the root, from the file that names them, and by their end', () => {
  const files = ['lib/domain/there.ts', 'docs/other/page.md'];
  for (const path of [
    'lib/domain/there.ts',
    'lib/domain/',
    'lib',
    '../lib/domain',
    'other/page.md',
    'there.ts',
  ]) {
    expect(exists(path, 'docs/page.md', files)).toBe(true);
  }
});
