import { posix } from 'node:path';

/** A path of the repository that a document or a comment mentions. */
export interface Mention {
  line: number;
  path: string;
}

const TOP_FOLDERS = 'app|cli|components|docs|examples|lib|prisma|public|runner|scripts|test';
const EXTENSIONS = 'tsx?|mjs|js|md|sql|prisma|sh|py|css|json|ya?ml';
/** A folder or file from the root, or any path with one of our extensions. `HELDOUT_HOME/…` doesn't count. */
const PATH = new RegExp(
  `^(?:(?:${TOP_FOLDERS})/[\\w/[\\]-]*|(?:\\.\\.?/)*[a-z.][\\w.-]*/[\\w./[\\]-]*\\.(?:${EXTENSIONS})|\\.\\.?/[\\w./-]+\\.(?:${EXTENSIONS}))$`,
);
/** The bare name of a module, which may be in any folder. */
const MODULE = /^[\w.-]+\.(?:tsx?|mjs)$/;

/** Mentions in code spans and links, outside of code blocks. */
export function mentionsInMarkdown(text: string): Mention[] {
  const prose = text.replace(/^( *)```[\s\S]*?^ *```/gm, (block) => block.replace(/[^\n]/g, ''));
  return linesOf(prose).flatMap(({ line, text: content }) => {
    const spans = [...content.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '');
    const links = [...content.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, link]) => link ?? '');
    return [...spans.filter((span) => PATH.test(span) || MODULE.test(span)), ...links].map((path) => ({
      line,
      path,
    }));
  });
}

/** From the start of a comment to the end of its line. */
const COMMENT = /(?:^\s*(?:\/\/|\/\*|\*|--|#)|\s\/\/\s|\s\/\*\*\s)(.*)$/;

/** Mentions in comments, quoted or not. */
export function mentionsInComments(text: string): Mention[] {
  return linesOf(text).flatMap(({ line, text: content }) => {
    const [, comment = ''] = COMMENT.exec(content) ?? [];
    return comment
      .split(/[^\w./[\]@#*{}-]+/)
      .map((word) => word.replace(/[.\]]+$/, ''))
      .filter((word) => PATH.test(word))
      .map((path) => ({ line, path }));
  });
}

function linesOf(text: string): { line: number; text: string }[] {
  return text.split('\n').map((content, index) => ({ line: index + 1, text: content }));
}

/**
 * Whether the path of a mention in `file` exists: from the root, from the file's folder, or as the end of a
 * path.
 */
export function exists(path: string, file: string, files: readonly string[]): boolean {
  const places = [posix.normalize(path), posix.join(posix.dirname(file), path)].map((place) =>
    place.replace(/\/$/, ''),
  );
  return files.some(
    (known) =>
      places.some((place) => known === place || known.startsWith(`${place}/`)) || known.endsWith(`/${path}`),
  );
}
