import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '#scripts/build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD = join(ROOT, '.next', 'server');

const traceSchema = z.object({ files: z.array(z.string()) });
const mapSchema = z.object({
  sources: z.array(z.string()).optional(),
  sections: z.array(z.object({ map: z.object({ sources: z.array(z.string()) }) })).optional(),
});

/** Every file that the build uses at run time or was built from, relative to the repository. */
let files: string[];

function buildFiles(ending: string): string[] {
  return readdirSync(BUILD, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(BUILD, path));
}

/** Files that routes open at run time, as traced by Next. */
function tracedFiles(): string[] {
  return buildFiles('.nft.json').flatMap((trace) =>
    traceSchema
      .parse(JSON.parse(readFileSync(trace, 'utf8')))
      .files.map((file) => resolve(dirname(trace), file)),
  );
}

/** Files bundled into chunks, according to their source maps. */
function bundledFiles(): string[] {
  return buildFiles('.map').flatMap((map) => {
    const { sources = [], sections = [] } = mapSchema.parse(JSON.parse(readFileSync(map, 'utf8')));
    const all = [...sources, ...sections.flatMap((section) => section.map.sources)];
    return all.map((source) => resolve(dirname(map), decodeURI(source)));
  });
}

beforeAll(async () => {
  await ensureBuilt();
  files = [...new Set([...tracedFiles(), ...bundledFiles()].map((path) => relative(ROOT, path)))];
});

test('these lists contain the files that must be in the build', () => {
  expect(files).toContain('lib/site/site.ts');
  expect(files).toContain('app/submissions/[id]/page.tsx');
  expect(files.some((path) => path.startsWith('node_modules/@node-rs/argon2'))).toBe(true);
  expect(files.length).toBeGreaterThan(1000);
});

test('the web build contains no module of the runner and nothing that can open a test set or reach the engine', () => {
  // Templates of challenges are definitions, from which a page creates challenges.
  const own = files.filter((path) => /^(runner|cli|scripts|examples(?!\/challenges\/)|test)\//.test(path));
  const packages = files.filter((path) =>
    /^node_modules\/(dockerode|docker-modem|age-encryption)\//.test(path),
  );
  expect([...own, ...packages]).toEqual([]);
});
