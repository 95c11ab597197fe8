import { releasePage, releaseRoute } from '#lib/api/datasets/addresses.ts';
import type { DatasetView, ReleaseView } from '#lib/api/datasets/datasets.ts';

/** What the files that describe a release are written from. */
export interface ReleaseFacts {
  challenge: { slug: string; title: string; synthetic: boolean; organizers: readonly string[] };
  dataset: DatasetView;
  release: ReleaseView;
  /** The address of the site, without a slash at its end. */
  origin: string;
}

/** The title of a release in citations and catalogues. */
export function titleOf({ dataset, release }: ReleaseFacts): string {
  return `${dataset.title}, version ${release.version}`;
}

/** The page of the release. */
export function urlOf({ origin, challenge, dataset, release }: ReleaseFacts): string {
  return `${origin}${releasePage(challenge.slug, dataset.name, release.version)}`;
}

/** Where the routes of the release begin. */
export function routeOf({ origin, challenge, dataset, release }: ReleaseFacts): string {
  return `${origin}${releaseRoute(challenge.slug, dataset.name, release.version)}`;
}

/** The day of its publication in UTC; null for a draft. */
export function dayOf({ release }: ReleaseFacts): string | null {
  return release.publishedAt?.slice(0, 10) ?? null;
}

/** Who made it; the challenge itself where nobody is named. */
export function authorsOf({ challenge }: ReleaseFacts): readonly string[] {
  return challenge.organizers.length > 0 ? challenge.organizers : [challenge.title];
}

/** Licences that citations and catalogues know by their SPDX identifier, with where their text lies. */
const LICENSES: Readonly<Record<string, string>> = {
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  'BSD-3-Clause': 'https://spdx.org/licenses/BSD-3-Clause',
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'CC-BY-3.0': 'https://creativecommons.org/licenses/by/3.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC-BY-NC-4.0': 'https://creativecommons.org/licenses/by-nc/4.0/',
  'CC-BY-NC-ND-4.0': 'https://creativecommons.org/licenses/by-nc-nd/4.0/',
  'CC-BY-NC-SA-4.0': 'https://creativecommons.org/licenses/by-nc-sa/4.0/',
  'CC-BY-ND-4.0': 'https://creativecommons.org/licenses/by-nd/4.0/',
  'CC-BY-SA-4.0': 'https://creativecommons.org/licenses/by-sa/4.0/',
  'CDLA-Permissive-2.0': 'https://cdla.dev/permissive-2-0/',
  MIT: 'https://spdx.org/licenses/MIT',
  'ODbL-1.0': 'https://opendatacommons.org/licenses/odbl/1-0/',
  'ODC-By-1.0': 'https://opendatacommons.org/licenses/by/1-0/',
  'PDDL-1.0': 'https://opendatacommons.org/licenses/pddl/1-0/',
};

/** The address of a licence’s text; null for one that isn’t known. */
export function licenseUrl(license: string): string | null {
  return LICENSES[license] ?? null;
}

export function doiUrl(doi: string): string {
  return `https://doi.org/${doi}`;
}
