import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLDER_RULES, forbiddenImports, ONLY_DOORS } from '#test/support/architecture-rules.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = [
  'app',
  'browser',
  'cli',
  'components',
  'examples',
  'lib',
  'prisma',
  'runner',
  'scripts',
  'server',
  'test',
];

async function cruiseTree(baseDir: string): Promise<ICruiseResult> {
  const folders = FOLDERS.filter((folder) => existsSync(join(baseDir, folder)));
  const { output } = await cruise(folders, {
    baseDir,
    validate: true,
    ruleSet: { forbidden: forbiddenImports() },
    tsPreCompilationDeps: true,
    // The planted tree's node_modules is a link.
    preserveSymlinks: true,
    // Packages that have an entry for modules and another for require.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
    doNotFollow: { path: ['^node_modules/', '^prisma/generated/'] },
  });
  if (typeof output === 'string') throw new Error(output);
  return output;
}

/** Sources in the tree as the file system has them: what the cruise must have seen. */
function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('prisma/generated/'));
}

describe('this repository', () => {
  let result: ICruiseResult;
  beforeAll(async () => {
    result = await cruiseTree(ROOT);
  });

  test('every source file was seen, with what it imports', () => {
    const seen = new Set(result.modules.map((module) => module.source));
    const sources = FOLDERS.flatMap(sourceFiles);
    expect(sources.length).toBeGreaterThan(120);
    expect(sources.filter((source) => !seen.has(source))).toEqual([]);
    expect(result.summary.totalDependenciesCruised).toBeGreaterThan(2 * sources.length);
  });

  test('every import was resolved, or no rule would hold for it', () => {
    const unresolved = result.modules.flatMap(({ source, dependencies }) =>
      dependencies.filter((one) => one.couldNotResolve).map((one) => `${source} → ${one.module}`),
    );
    expect(unresolved).toEqual([]);
  });

  test('no folder holds more than 16 source files side by side', () => {
    const counts = Map.groupBy(FOLDERS.flatMap(sourceFiles), (path) => dirname(path));
    const full = [...counts].filter(([, files]) => files.length > 16).map(([folder]) => folder);
    expect(full).toEqual([]);
  });

  test('no file imports what it may not', () => {
    expect(result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual(
      [],
    );
  });
});

describe('a planted violation is found', () => {
  let tree: string;
  beforeAll(() => {
    tree = mkdtempSync(join(tmpdir(), 'heldout-architecture-'));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    writeFileSync(join(tree, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  function plant(file: string, imports: string): void {
    for (const folder of FOLDERS) rmSync(join(tree, folder), { recursive: true, force: true });
    const isFile = /\.tsx?$/.test(imports);
    write(file, `import '${isFile ? relativeImport(file, imports) : imports}';\n`);
    if (isFile) write(imports, 'export const target = 1;\n');
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  }

  function relativeImport(file: string, imports: string): string {
    const path = relative(dirname(file), imports);
    return path.startsWith('.') ? path : `./${path}`;
  }

  async function violatedRules(): Promise<string[]> {
    const { summary } = await cruiseTree(tree);
    return summary.violations.map(({ rule }) => rule.name);
  }

  const planted = FOLDER_RULES.flatMap((rule) => rule.planted.map((one) => ({ name: rule.name, ...one })));
  test.each(planted)('$name: $file → $imports', async ({ name, file, imports }) => {
    plant(file, imports);
    expect(await violatedRules()).toContain(name);
  });

  test('every folder of sources has a rule, or is one that may import everything', () => {
    const ruled = (path: string) => FOLDER_RULES.some(({ from }) => path.startsWith(from));
    const folders = FOLDERS.filter((folder) => folder !== 'scripts' && folder !== 'test').flatMap(
      sourceFiles,
    );
    expect(folders.filter((path) => !ruled(path))).toEqual([]);
  });

  test.each(ONLY_DOORS)('$name', async ({ name, to, planted }) => {
    plant(planted, to.startsWith('npm:') ? to.slice(4) : to.endsWith('/') ? `${to}target.ts` : to);
    expect(await violatedRules()).toContain(name);
  });

  test('no cycles', async () => {
    plant('runner/one.ts', 'runner/two.ts');
    write('runner/two.ts', "import './one.ts';\n");
    expect(await violatedRules()).toContain('no cycles');
  });

  test('what is allowed is not reported', async () => {
    plant('runner/scoring/fine.ts', 'runner/imaging/target.ts');
    expect(await violatedRules()).toEqual([]);
  });
});
