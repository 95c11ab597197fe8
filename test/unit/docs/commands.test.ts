import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCommand } from '#cli/commands.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = globSync(['README.md', 'docs/{organizers,participants,administrators,contributors}/**/*.md'], {
  cwd: ROOT,
});

/** The arguments of every `npm run -s heldout -- …` in the code of a page, its lines joined. */
function commandsOf(text: string): string[][] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  return [...joined.matchAll(/npm run -s heldout -- ([^`\n]*)/g)].map(([, line = '']) =>
    line
      .split(/ [>|] /)[0]!
      .trim()
      .split(/\s+/),
  );
}

/** What the page of a command doesn't explain; empty if it explains all options that are used. */
async function problemsOf([name = '', ...args]: string[]): Promise<string[]> {
  if (name === '--help') return [];
  const command = await findCommand(name);
  if (!command) return [`no command ${name}`];
  const options = args.filter((arg) => /^-/.test(arg)).map((arg) => arg.split('=')[0]!);
  const unknown = options.filter((option) => option !== '--help' && !mentions(command.help, option));
  return unknown.map((option) => `${name} has no ${option}`);
}

function mentions(help: string, option: string): boolean {
  return new RegExp(`(?<![\\w-])${option}(?![\\w-])`).test(help);
}

describe('commands in the documentation', () => {
  const pages = PAGES.map((page) => [page, commandsOf(readFileSync(join(ROOT, page), 'utf8'))] as const);

  it.each(pages.filter(([, commands]) => commands.length > 0))('%s', async (_, commands) => {
    expect((await Promise.all(commands.map(problemsOf))).flat()).toEqual([]);
  });

  it('a wrong command and a wrong option are found', async () => {
    const [first, second] = commandsOf(
      '```\nnpm run -s heldout -- seal a \\\n  --out b\nnpm run -s heldout -- testset seal a --output b > c\n```',
    );
    expect(await problemsOf(first!)).toEqual(['no command seal']);
    expect(await problemsOf(second!)).toEqual(['testset has no --output']);
  });
});
