import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHALLENGE_TEMPLATES, templateOf } from '#examples/challenges/templates.ts';
import { challengeDefinitionSchema, phaseStatus } from '#lib/domain/phases/phase.ts';

const NOW = new Date('2026-12-01T12:00:00Z');
const page = (path: string) => new URL(`../../../../docs/organizers/${path}`, import.meta.url);

describe.each(CHALLENGE_TEMPLATES.map(({ name }) => name))('the template %s', (name) => {
  const template = templateOf(name)!;
  const definition = template.define(NOW);

  it('is a challenge that the site accepts, also after it was printed', () => {
    expect(challengeDefinitionSchema.parse(JSON.parse(JSON.stringify(definition)))).toEqual(definition);
  });

  it('has an open and a hidden phase with the same task, and both are open now', () => {
    expect(definition.phases.map(({ kind }) => kind)).toEqual(['OPEN', 'HIDDEN']);
    expect(definition.phases[0]!.task).toEqual(definition.phases[1]!.task);
    for (const { opensAt, closesAt } of definition.phases) {
      expect(phaseStatus({ opensAt: new Date(opensAt), closesAt: new Date(closesAt) }, NOW)).toBe('open');
    }
  });

  it('is a function of the time alone', () => {
    expect(template.define(NOW)).toEqual(definition);
  });

  it('says that its scans are not patients’', () => {
    expect(definition.synthetic).toBe(true);
    expect(definition.summary).toMatch(/synthetic/);
  });

  it('has a page that begins with creating it, and a row in the list', () => {
    expect(existsSync(page(`templates/${name}.md`))).toBe(true);
    expect(readFileSync(page(`templates/${name}.md`), 'utf8')).toContain(
      `npm run -s heldout -- challenge create --template ${name} --slug my-${name}`,
    );
    expect(readFileSync(page('start-from-a-template.md'), 'utf8')).toContain(
      `[${name}](templates/${name}.md)`,
    );
  });
});

it('templates have different names and addresses', () => {
  const names = CHALLENGE_TEMPLATES.map(({ name }) => name);
  const slugs = CHALLENGE_TEMPLATES.map(({ define }) => define(NOW).slug);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(slugs).size).toBe(slugs.length);
});
