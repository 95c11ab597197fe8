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

/** Every file that the build runs or was made from, relative to the repository. */
let files: string[];

function buildFiles(ending: string): string[] {
  return readdirSync(BUILD, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(BUILD, path));
}

/** What a route opens at run time, as Next traced it. */
function tracedFiles(): string[] {
  return buildFiles('.nft.json').flatMap((trace) =>
    traceSchema
      .parse(JSON.parse(readFileSync(trace, 'utf8')))
      .files.map((file) => resolve(dirname(trace), file)),
  );
}

/** What was bundled into a chunk, as its source map says. */
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

test('the look into the build sees what is there', () => {
  expect(files).toContain('lib/site/site.ts');
  expect(files).toContain('app/submissions/[id]/page.tsx');
  expect(files.some((path) => path.startsWith('node_modules/@node-rs/argon2'))).toBe(true);
  expect(files.length).toBeGreaterThan(1000);
});

test('the web build holds no module of the runner, and nothing that could open a test set or reach the engine', () => {
  const own = files.filter((path) => /^(runner|cli|scripts|examples|test)\//.test(path));
  const packages = files.filter((path) =>
    /^node_modules\/(dockerode|docker-modem|age-encryption)\//.test(path),
  );
  expect([...own, ...packages]).toEqual([]);
});
