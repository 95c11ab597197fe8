import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { challengeCommand } from '#cli/challenge/challenge.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { CheckedApi } from '#test/support/api/checked-api.ts';
import { newAdministrator } from '#test/support/api/people.ts';
import { serveApi } from '#test/support/api/serve-routes.ts';
import { newScene, type Scene } from '#test/support/site/scene.ts';
import { ORIGIN, openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
let api: Awaited<ReturnType<typeof serveApi>>;
let token: string;
let folder: string;
let scene: Scene;
let printed: string;
beforeAll(async () => {
  here = await openTestSite({ servesRoutes: true });
  api = await serveApi();
  token = await newAdministrator(new CheckedApi(ORIGIN), here.database.owner);
  folder = await mkdtemp(join(tmpdir(), 'heldout-as-code-'));
});
afterAll(async () => {
  api.close();
  await here.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  scene = await newScene(here.database.owner);
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const challenge = (...args: string[]) =>
  challengeCommand.run([...args, '--site', api.address, '--token', token]);

/** Exports the challenge of the scene, changes it, and writes it as YAML. */
async function edited(change: (definition: ChallengeDefinition) => void): Promise<string> {
  const file = join(folder, `${scene.challengeSlug}.yaml`);
  expect(await challenge('export', scene.challengeSlug, '--out', file)).toBe(0);
  const definition = parse(await readFile(file, 'utf8')) as ChallengeDefinition;
  change(definition);
  await writeFile(file, stringify(definition));
  return file;
}

test('what was exported is what is there, as YAML on the terminal and as JSON in a file', async () => {
  expect(await challenge('export', scene.challengeSlug)).toBe(0);
  const file = join(folder, 'challenge.json');
  await challenge('export', scene.challengeSlug, '--out', file);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(parse(printed));
  printed = '';
  expect(await challenge('apply', file, '--yes')).toBe(0);
  expect(printed).toBe(`${scene.challengeSlug} is as the file says.\n`);
});

test('apply shows each change with its consequence, and saves it', async () => {
  await scene.evaluation();
  const file = await edited((definition) => {
    definition.title = 'Lesions of strokes';
    definition.phases[0]!.submissionsTotal = 1;
  });
  expect(await challenge('apply', file, '--dry-run')).toBe(0);
  expect(printed).toBe(
    [
      `${scene.challengeSlug}: 2 changes`,
      '  Title',
      '    - Stroke lesions',
      '    + Lesions of strokes',
      '  test: Submissions in total',
      '    - 1000',
      '    + 1',
      '    1 team has used 1 or more, and can’t submit any more.',
      'Nothing was saved.',
      '',
    ].join('\n'),
  );
  expect(await challenge('apply', file, '--yes', '--json')).toBe(0);
  expect(printed).toContain('"applied": true');
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  expect(phase.submissionsTotal).toBe(1);
});

test('a locked setting, a broken file and a missing answer change nothing', async () => {
  await scene.evaluation();
  const file = await edited(({ phases }) => {
    phases[0]!.counting = 'LATEST';
  });
  await expect(challenge('apply', file, '--yes')).rejects.toThrow(/can’t change after the first submission/);
  await expect(challenge('apply', file, '--json')).rejects.toThrow(/pass --dry-run .* or --yes/);
  await writeFile(file, 'slug: [');
  await expect(challenge('apply', file, '--yes')).rejects.toThrow(/isn't YAML/);
  const phase = await here.database.owner.phase.findUniqueOrThrow({ where: { id: scene.phaseId } });
  expect(phase.counting).toBe('BEST');
});
