import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

// A shell remembers where it found `node`. On a fresh clone that is the host's, which knows no TypeScript, also
// after set-up has put ours first in PATH.
test.each(Object.entries(scripts).filter(([, command]) => command.includes('setup.mjs')))(
  'npm run %s names the Node that set-up installed',
  (_name, command) => {
    const [setUp, ...then] = command.split(' && ');
    expect(setUp).toMatch(/^node scripts\/setup\.mjs( \w+)?$/);
    expect(then).toHaveLength(1);
    expect(then[0]).toMatch(/^node_modules\/\.bin\/node /);
  },
);
