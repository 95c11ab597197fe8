import { UsageError } from '#cli/command.ts';
import type { ListedFile } from '#cli/dataset/files/list-files.ts';
import { SLUG } from '#lib/domain/names/slug.ts';
import { LESIONS } from '#lib/domain/tasks/stroke-t1.ts';
import type { Layout } from './layout.ts';

/**
 * A layout by patterns, `SLUG={id}/t1.nii.gz`: `{id}` is the name of the case (the same everywhere in the pattern),
 * `*` and `?` stand for characters of one name, `**` for any folders. Throws UsageError.
 */
export function patternLayout(inputs: readonly string[], truths: readonly string[]): Layout {
  if (inputs.length === 0)
    throw new UsageError('--truth needs --input: the pattern of the images it belongs to.');
  const parts = [
    ...inputs.map((text) => parsePart('--input', text, null)),
    ...truths.map((text) => parsePart('--truth', text, LESIONS)),
  ];
  const twice = parts.find(({ slug }, at) => parts.findIndex((part) => part.slug === slug) !== at);
  if (twice) throw new UsageError(`two patterns have the slug "${twice.slug}". Give each its own.`);
  return {
    name: 'pattern',
    inputs: parts.slice(0, inputs.length).map(({ slug }) => slug),
    truths: parts.slice(inputs.length).map(({ slug }) => ({ slug, on: null })),
    examples: Object.fromEntries(parts.map(({ slug, pattern }) => [slug, pattern])),
    match: (file) => matchOne(file, parts),
  };
}

interface Part {
  slug: string;
  pattern: string;
  regExp: RegExp;
}

function parsePart(option: string, text: string, defaultSlug: string | null): Part {
  const at = text.indexOf('=');
  const slug = at === -1 ? defaultSlug : text.slice(0, at);
  const pattern = text
    .slice(at + 1)
    .normalize('NFC')
    .replace(/^\.\//, '');
  if (slug === null || !SLUG.test(slug)) {
    throw new UsageError(
      `${option} takes SLUG=PATTERN, for example t1-brain-mri='{id}/t1.nii.gz', not "${text}".`,
    );
  }
  if (!pattern.includes('{id}')) {
    throw new UsageError(`the pattern "${pattern}" of ${slug} has no {id}: the place of the case's name.`);
  }
  return { slug, pattern, regExp: toRegExp(pattern) };
}

function toRegExp(pattern: string): RegExp {
  let seen = false;
  const source = pattern.replace(/\{id\}|\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}/]/g, (token) => {
    if (token === '{id}') {
      const group = seen ? '\\k<id>' : '(?<id>[^/]+?)';
      seen = true;
      return group;
    }
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`, 'u');
}

function matchOne({ relative }: ListedFile, parts: readonly Part[]) {
  const found = parts.flatMap(({ slug, regExp }) => {
    const id = regExp.exec(relative)?.groups?.['id'];
    return id === undefined ? [] : [{ name: id, slug, subject: id, session: null }];
  });
  if (found.length > 1) {
    const slugs = found.map(({ slug }) => slug).join(' and ');
    throw new UsageError(`${relative} matches the patterns of ${slugs}. Make them exclude each other.`);
  }
  return found[0] ?? null;
}
