import { stringify } from 'yaml';
import { bibtexEntry, bibtexNames, bibtexText } from '#lib/domain/citations/bibtex.ts';
import { authorsOf, dayOf, licenseUrl, type ReleaseFacts, titleOf, urlOf } from './release-facts.ts';

/** Citations of a release, for readers who use the data. */

/** An entry of BibTeX. */
export function bibtexOf(facts: ReleaseFacts): string {
  const { challenge, dataset, release } = facts;
  const day = dayOf(facts);
  const key = `${dataset.name}_${release.version}`.replaceAll(/[^a-z0-9]+/gi, '_');
  const synthetic = challenge.synthetic ? ' Synthetic data.' : '';
  return bibtexEntry(key, [
    ['title', `{${bibtexText(titleOf(facts))}}`],
    ['author', bibtexNames(authorsOf(facts))],
    ...(day === null ? [] : [['year', day.slice(0, 4)] as const]),
    ['howpublished', 'Heldout'],
    ...(dataset.doi === null ? [] : [['doi', bibtexText(dataset.doi)] as const]),
    ['url', urlOf(facts)],
    ['note', `Data set. ${bibtexText(`License: ${release.license}.`)}${synthetic}`],
  ]);
}

/** A file in the Citation File Format 1.2.0 (https://doi.org/10.5281/zenodo.5171937). */
export function citationFileOf(facts: ReleaseFacts): string {
  const { dataset, release } = facts;
  const day = dayOf(facts);
  const license = licenseUrl(release.license) === null ? {} : { license: release.license };
  return stringify({
    'cff-version': '1.2.0',
    message: dataset.citation ?? 'If you use this data set, please cite it as below.',
    type: 'dataset',
    title: dataset.title,
    version: release.version,
    ...(day === null ? {} : { 'date-released': day }),
    ...(dataset.doi === null ? {} : { doi: dataset.doi }),
    authors: authorsOf(facts).map((name) => ({ name })),
    contact: [contactOf(dataset.contact)],
    ...license,
    url: urlOf(facts),
  });
}

function contactOf(contact: string): { name: string; email?: string } {
  const email = /[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+/.exec(contact)?.[0];
  return email === undefined ? { name: contact } : { name: contact, email };
}
