import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { GENERATED_PAGES } from '#scripts/docs/docs.ts';

test.each([...GENERATED_PAGES].map(([file, page]) => [basename(file), file, page] as const))(
  '%s is what `npm run docs` writes',
  (_, file, page) => {
    expect(readFileSync(file, 'utf8')).toBe(page());
  },
);
