import { authorsOf, doiUrl, type ReleaseFacts, titleOf, urlOf } from './release-facts.ts';

/** The version of BIDS that the generated files follow (https://bids-specification.readthedocs.io/en/v1.8.0/). */
const BIDS_VERSION = '1.8.0';
const SUBJECT = /^sub-[0-9A-Za-z]+$/;
const READMES = ['readme', 'readme.md', 'readme.rst', 'readme.txt'];

/** What a variant has in its folder. */
export interface VariantContent {
  /** Names of files and folders beside each other at the top. */
  names: readonly string[];
  /** Whether names of files say that they were processed (`space-`, `desc-` or `label-`). */
  isDerivative: boolean;
}

/** A small file of text. */
export interface TextFile {
  path: string;
  text: string;
}

/** The files that BIDS asks of a dataset and that this one lacks. None if it has no folder of a subject. */
export function missingBidsFiles(facts: ReleaseFacts, { names, isDerivative }: VariantContent): TextFile[] {
  const subjects = names.filter((name) => SUBJECT.test(name)).sort();
  if (subjects.length === 0) return [];
  const present = new Set(names.map((name) => name.toLowerCase()));
  const missing: TextFile[] = [];
  const add = (path: string, text: string) => {
    if (!present.has(path.toLowerCase())) missing.push({ path, text });
  };
  add('dataset_description.json', `${JSON.stringify(descriptionOf(facts, isDerivative), null, 2)}\n`);
  add('participants.tsv', `${['participant_id', ...subjects].join('\n')}\n`);
  if (!READMES.some((name) => present.has(name))) add('README', readmeOf(facts));
  return missing;
}

function descriptionOf(facts: ReleaseFacts, isDerivative: boolean) {
  const { dataset, release, challenge } = facts;
  const source = `Files as the organizers of ${challenge.title} uploaded them; Heldout added this description.`;
  return {
    Name: titleOf(facts),
    BIDSVersion: BIDS_VERSION,
    DatasetType: isDerivative ? 'derivative' : 'raw',
    License: release.license,
    Authors: authorsOf(facts),
    ...(dataset.citation === null ? {} : { HowToAcknowledge: dataset.citation }),
    ...(dataset.funding === null ? {} : { Funding: [dataset.funding] }),
    ...(dataset.doi === null ? {} : { DatasetDOI: `doi:${dataset.doi}` }),
    ReferencesAndLinks: [urlOf(facts)],
    ...(isDerivative ? { GeneratedBy: [{ Name: 'Heldout release', Description: source }] } : {}),
  };
}

function readmeOf(facts: ReleaseFacts): string {
  const { dataset, release, challenge } = facts;
  const synthetic = challenge.synthetic
    ? ['Synthetic data, generated rather than acquired from patients.']
    : [];
  const parts = [
    titleOf(facts),
    ...synthetic,
    ...[dataset.summary, release.changelog].filter((text) => text.trim() !== ''),
    `License: ${release.license}. The terms, errata and newer versions are at ${urlOf(facts)}.`,
    ...(dataset.citation === null ? [] : [`How to cite: ${dataset.citation}`]),
    ...(dataset.doi === null ? [] : [doiUrl(dataset.doi)]),
    ...(dataset.funding === null ? [] : [`Funding: ${dataset.funding}`]),
    `Contact: ${dataset.contact}`,
  ];
  return `${parts.join('\n\n')}\n`;
}
