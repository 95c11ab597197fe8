import type { PermanentRankingView } from '#lib/api/rankings/permanent.ts';
import { bibtexEntry, bibtexNames, bibtexText } from '#lib/domain/citations/bibtex.ts';

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

/** @param url the permanent link. */
export function bibtexOf(cited: Cited, url: string): string {
  const { id, slug, title, authors, year, day, note } = partsOf(cited);
  return bibtexEntry(`${slug.replaceAll('-', '_')}_${id.slice(0, 8)}`, [
    ['title', `{${bibtexText(title)}}`],
    ...(authors.length > 0 ? [['author', bibtexNames(authors)] as const] : []),
    ['year', year],
    ['howpublished', 'Heldout'],
    ['url', url],
    ['urldate', day],
    ['note', bibtexText(note)],
  ]);
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
