import type { PermanentRankingView } from '#lib/api/rankings/permanent.ts';

/** Citations of a ranking under a permanent link. */

type Cited = Pick<PermanentRankingView, 'id' | 'checksum' | 'createdAt' | 'ranking'>;

/** What both formats say. Lines of text without line ends. */
function partsOf({ id, checksum, createdAt, ranking }: Cited) {
  const { challenge, phase, entries, updatedAt } = ranking;
  const day = (updatedAt ?? createdAt).slice(0, 10);
  const synthetic = challenge.synthetic ? ' Synthetic data.' : '';
  return {
    id,
    slug: challenge.slug,
    title: `${challenge.title}: ranking of ${phase.title}`,
    authors: challenge.organizers,
    day,
    year: day.slice(0, 4),
    note: `${entries.length} ${entries.length === 1 ? 'team' : 'teams'}, latest score of ${day}. SHA-256 ${checksum}.${synthetic}`,
  };
}

const BIBTEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** A text in braces, where nothing of it is a command. */
function bibtexText(text: string): string {
  const escaped = text.replaceAll(/[\\~^{}$&#%_]/g, (character) => BIBTEX[character] ?? `\\${character}`);
  return escaped.replaceAll(/\s+/g, ' ');
}

/** @param url the permanent link. */
export function bibtexOf(cited: Cited, url: string): string {
  const { id, slug, title, authors, year, day, note } = partsOf(cited);
  const fields = [
    ['title', `{${bibtexText(title)}}`],
    ...(authors.length > 0 ? [['author', authors.map((name) => `{${bibtexText(name)}}`).join(' and ')]] : []),
    ['year', year],
    ['howpublished', 'Heldout'],
    ['url', url],
    ['urldate', day],
    ['note', bibtexText(note)],
  ];
  const lines = fields.map(([name, value]) => `  ${name!.padEnd(12)} = {${value}},`);
  return [`@misc{${slug.replaceAll('-', '_')}_${id.slice(0, 8)},`, ...lines, '}', ''].join('\n');
}

/** @param url the permanent link. */
export function risOf(cited: Cited, url: string): string {
  const { title, authors, year, day, note } = partsOf(cited);
  const fields = [
    ['TY', 'DATA'],
    ['TI', title],
    ...authors.map((name) => ['AU', name]),
    ['PY', year],
    ['DA', day.replaceAll('-', '/')],
    ['PB', 'Heldout'],
    ['UR', url],
    ['N1', note],
    ['ER', ''],
  ];
  // A value with a line end would begin another field.
  return fields.map(([tag, value]) => `${tag}  - ${value!.replaceAll(/\s+/g, ' ')}\r\n`).join('');
}
