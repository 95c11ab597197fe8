import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = globSync('**/*.md', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', '.next/**', '.heldout/**', '.git/**'],
}).map((path) => join(ROOT, path));

const SOURCES = globSync(
  ['{app,cli,components,examples,lib,runner,scripts,test}/**/*.{ts,tsx,mjs,py,sh}', '*.{js,ts}'],
  { cwd: ROOT },
).map((path) => join(ROOT, path));

/** A page without its code, in which nothing is a link or a heading. */
function withoutCode(text: string): string {
  return text
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '));
}

/** The anchors that GitHub gives a page's headings: a second heading of the same text gets `-1`, and so on. */
function anchorsOf(file: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#{1,6} +(.+?) *$/gm)].map(
    ([, heading = '']) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    },
  );
  return new Set(anchors);
}

/** null if the link works. */
function problemOf(page: string, link: string): string | null {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return `${link}: no such file`;
  if (anchor === undefined) return null;
  return anchorsOf(target).has(anchor) ? null : `${link}: no such heading`;
}

function brokenLinks(page: string, text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => problemOf(page, link))
    .filter((problem) => problem !== null);
}

/** Paths of this repository that a page names in code and that don't exist, such as `lib/no-such-file.ts`. */
function missingPaths(text: string): string[] {
  const named = text.matchAll(
    /`((?:app|cli|components|docs|examples|lib|prisma|runner|scripts|test)\/[\w./-]*[\w/-])`/g,
  );
  return [...named].map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)));
}

/** Pages that source files refer to and that don't exist. */
function missingPages(text: string): string[] {
  return [...text.matchAll(/(?<![\w/.])docs\/[\w/-]+\.md/g)]
    .map(([path]) => path)
    .filter((path) => !existsSync(join(ROOT, path)));
}

const NAMED_PAGES = PAGES.map((page) => [relative(ROOT, page), page] as const);
// A decision record stays as it was written, so it can name a folder of its time.
const CURRENT_PAGES = NAMED_PAGES.filter(([name]) => !name.startsWith('docs/decisions/'));

describe('the documentation', () => {
  it.each(NAMED_PAGES)('%s has no broken link', (_, page) => {
    expect(brokenLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
  });

  it.each(CURRENT_PAGES)('%s names only paths that exist', (_, page) => {
    expect(missingPaths(readFileSync(page, 'utf8'))).toEqual([]);
  });

  it('has every page that a source file refers to', () => {
    expect(SOURCES.length).toBeGreaterThan(100);
    const missing = SOURCES.filter((file) => file !== import.meta.filename).flatMap((file) =>
      missingPages(readFileSync(file, 'utf8')).map((page) => `${relative(ROOT, file)}: ${page}`),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    ['docs/README.md', /^docs\/(participants|organizers|administrators|contributors)\//],
    ['docs/decisions/README.md', /^docs\/decisions\/(?!README)/],
  ])('%s links to every page below it', (index, isBelow) => {
    const text = readFileSync(join(ROOT, index), 'utf8');
    const pages = NAMED_PAGES.map(([name]) => name).filter((name) => isBelow.test(name));
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((name) => !text.includes(`](${relative(dirname(index), name)})`))).toEqual([]);
  });

  it('fails the checks above for planted errors', () => {
    const page = join(ROOT, 'README.md');
    const planted =
      '# A heading\n[a](docs/no-such-page.md) [b](#no-such-heading) [c](LICENSE) `[d](none.md)`';
    expect(brokenLinks(page, planted)).toEqual([
      'docs/no-such-page.md: no such file',
      '#no-such-heading: no such heading',
    ]);
    expect(missingPaths('`lib/no-such-file.ts` and `lib/domain/`')).toEqual(['lib/no-such-file.ts']);
    expect(missingPages('// See docs/no-such-page.md and docs/README.md.')).toEqual(['docs/no-such-page.md']);
  });
});
