import { fileRoute } from '#lib/api/datasets/addresses.ts';
import {
  authorsOf,
  dayOf,
  doiUrl,
  licenseUrl,
  type ReleaseFacts,
  routeOf,
  titleOf,
  urlOf,
} from './release-facts.ts';

/** As published by MLCommons with Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html). */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  sc: 'https://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  dct: 'http://purl.org/dc/terms/',
  citeAs: 'cr:citeAs',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  includes: 'cr:includes',
} as const;

export const CROISSANT = 'http://mlcommons.org/croissant/1.1';

/** A file of a release. */
export interface ListedFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** What is listed of a variant: its list of checksums, and its files where they are wanted. */
export interface ListedVariant {
  name: string;
  /** Of the list that its route SHA256SUMS answers. */
  sums: { bytes: number; sha256: string };
  files: readonly ListedFile[];
}

/**
 * A release in Croissant 1.1, which is a Dataset of schema.org as well, so that catalogues of machine learning and search
 * engines read the same document.
 */
export function croissantOf(facts: ReleaseFacts, variants: readonly ListedVariant[]) {
  const { challenge, dataset, release } = facts;
  const url = urlOf(facts);
  const day = dayOf(facts);
  const isOpen = dataset.access === 'OPEN';
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: CROISSANT,
    '@id': url,
    name: titleOf(facts),
    alternateName: dataset.name,
    description: dataset.summary.trim() || titleOf(facts),
    url,
    version: release.version,
    license: licenseUrl(release.license) ?? release.license,
    usageInfo: `${url}#terms`,
    conditionsOfAccess: isOpen ? 'Open to everybody under its terms.' : 'On request, under its terms.',
    isAccessibleForFree: true,
    ...(day === null ? {} : { datePublished: day }),
    ...(dataset.doi === null ? {} : { identifier: doiUrl(dataset.doi), sameAs: doiUrl(dataset.doi) }),
    creator: authorsOf(facts).map((name) => ({ '@type': 'sc:Organization', name })),
    publisher: { '@type': 'sc:Organization', name: 'Heldout', url: facts.origin },
    ...(dataset.funding === null ? {} : { funding: { '@type': 'sc:Grant', description: dataset.funding } }),
    ...(dataset.citation === null ? {} : { citeAs: dataset.citation }),
    keywords: [challenge.title, ...(challenge.synthetic ? ['synthetic data'] : [])],
    distribution: variants.flatMap((variant) =>
      filesOf(`${routeOf(facts)}/variants/${variant.name}`, variant),
    ),
  };
}

function filesOf(route: string, { name, sums, files }: ListedVariant) {
  const list = {
    '@type': 'cr:FileObject',
    '@id': `${name}/SHA256SUMS`,
    name: `SHA256SUMS of ${name}`,
    description: 'The checksums of all files of this variant, as sha256sum takes them.',
    contentUrl: `${route}/SHA256SUMS`,
    contentSize: `${sums.bytes} B`,
    encodingFormat: 'text/plain',
    sha256: sums.sha256,
  };
  const each = files.map(({ path, bytes, sha256 }) => ({
    '@type': 'cr:FileObject',
    '@id': `${name}/${path}`,
    name: path,
    contentUrl: fileRoute(route, path),
    contentSize: `${bytes} B`,
    encodingFormat: mediaTypeOf(path),
    sha256,
  }));
  return [list, ...each];
}

const MEDIA_TYPES: readonly [ending: string, type: string][] = [
  ['.nii.gz', 'application/gzip'],
  ['.gz', 'application/gzip'],
  ['.json', 'application/json'],
  ['.tsv', 'text/tab-separated-values'],
  ['.csv', 'text/csv'],
  ['.md', 'text/markdown'],
  ['.txt', 'text/plain'],
  ['README', 'text/plain'],
];

function mediaTypeOf(path: string): string {
  return MEDIA_TYPES.find(([ending]) => path.endsWith(ending))?.[1] ?? 'application/octet-stream';
}
