import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const DOC = readFileSync(new URL('../../../docs/administrators/operations.md', import.meta.url), 'utf8');
const [, example = ''] = /`challenge\.json`:\n\n```json\n([\s\S]+?)```/.exec(DOC) ?? [];

it('docs/administrators/operations.md shows a challenge that the site takes, and the default of each field that it may add', () => {
  const [phase] = challengeDefinitionSchema.parse(JSON.parse(example)).phases;
  const table = DOC.slice(DOC.indexOf('What a phase may say besides'));
  const rows = [...table.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm)].map(([, name, value]) => [name, value]);
  const said = Object.keys(JSON.parse(example).phases[0]).filter((name) => name !== 'contract');
  const optional = Object.entries(phase!).filter(([name]) => !said.includes(name));
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(optional.map(([name, value]) => [name, String(value)])),
  );
});
