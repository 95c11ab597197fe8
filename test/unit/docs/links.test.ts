import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = globSync('**/*.md', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', '.next/**', '.heldout/**', '.git/**'],
}).map((path) => join(ROOT, path));

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

const NAMED_PAGES = PAGES.map((page) => [relative(ROOT, page), page] as const);

describe('the documentation', () => {
  it.each(NAMED_PAGES)('%s has no broken link', (_, page) => {
    expect(brokenLinks(page, readFileSync(page, 'utf8'))).toEqual([]);
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
  });
});
