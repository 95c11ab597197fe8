import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteVariables } from '#lib/site/environment.ts';
import { runnerVariables } from '#runner/environment.ts';
import { repositoryFiles } from '#scripts/check/repository-files.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCHEMAS = { ...siteVariables.shape, ...runnerVariables.shape };
/** Their defaults are this machine's. */
const OF_THE_HOST = ['HELDOUT_RUNNER_NAME', 'HELDOUT_RUNNER_CPUS', 'HELDOUT_RUNNER_MEMORY_MIB'];
/** Set by the system, by Node's world or by a CI service, and not by who runs Heldout. */
const NOT_SET_BY_HAND = ['PATH', 'CI', 'container', 'NODE_ENV', 'XDG_CONFIG_HOME'];

/** Each variable's value, and whether a comment stands above it. */
function described(): Map<string, { value: string; hasComment: boolean }> {
  const lines = readFileSync(join(ROOT, '.env.example'), 'utf8').split('\n');
  return new Map(
    lines.flatMap((line, index) => {
      const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) return [];
      return [[name, { value, hasComment: /^# .*\.$/.test(lines[index - 1] ?? '') }]];
    }),
  );
}

/** What the scripts and the command read by name. */
function readByScripts(): string[] {
  return repositoryFiles()
    .filter((file) => /^(scripts|cli|prisma)\/.*\.(ts|mjs)$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/\b(?:process\.env|environment)\['(\w+)'\]/g)].map(
        ([, name]) => name ?? '',
      ),
    )
    .filter((name) => !NOT_SET_BY_HAND.includes(name));
}

test('.env.example names every variable that a process reads, and no other', () => {
  const read = new Set([...Object.keys(SCHEMAS), ...readByScripts()]);
  expect(readByScripts()).toContain('HELDOUT_TOKEN');
  expect([...described().keys()].toSorted()).toEqual([...read].toSorted());
});

test('the administrators’ page has a row for each, and for what a CI service sets', () => {
  const page = readFileSync(join(ROOT, 'docs/administrators/environment-variables.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual([...described().keys(), 'CI'].toSorted());
});

test('each has a comment, and the default where that is the same everywhere', () => {
  for (const [name, { value, hasComment }] of described()) {
    expect(hasComment, name).toBe(true);
    if (!(name in SCHEMAS)) continue;
    const given = SCHEMAS[name as keyof typeof SCHEMAS].safeParse(undefined);
    const hasDefault = given.success && given.data !== undefined && !OF_THE_HOST.includes(name);
    expect(value, name).toBe(hasDefault ? String(given.data) : '');
  }
});
