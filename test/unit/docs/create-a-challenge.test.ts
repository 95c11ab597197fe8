import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const DOC = readFileSync(new URL('../../../docs/organizers/create-a-challenge.md', import.meta.url), 'utf8');
const [, example = ''] = /`challenge\.json`:\n\n```json\n([\s\S]+?)```/.exec(DOC) ?? [];

it('docs/organizers/create-a-challenge.md shows a challenge that the site accepts', () => {
  expect(challengeDefinitionSchema.parse(JSON.parse(example)).phases).toHaveLength(1);
});
