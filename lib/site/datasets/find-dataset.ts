import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { may } from '#lib/site/authorization.ts';
import { type Challenge, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { type DatasetRow, withReleases } from './dataset-view.ts';

export interface DatasetPlace {
  challenge: string;
  dataset: string;
}

export interface VariantPlace extends DatasetPlace {
  version: string;
  variant: string;
}

export interface FoundDataset {
  challenge: Challenge;
  dataset: DatasetRow;
  showsDrafts: boolean;
}

/** A dataset, for a reader. Throws NOT_FOUND. */
export async function findDataset(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<FoundDataset> {
  const challenge = await readSharedChallenge(site, place.challenge, viewer);
  return findDatasetOf(site, challenge, place.dataset, viewer);
}

/** To others than organizers, a dataset without a published release doesn’t exist. Throws NOT_FOUND. */
export async function findDatasetOf(
  { db }: Pick<Site, 'db'>,
  challenge: Challenge,
  name: string,
  viewer: Viewer | null,
): Promise<FoundDataset> {
  const showsDrafts = may('dataset.readDraft', viewer, { challenge });
  const dataset = await db.dataset.findUnique({
    where: { challengeId_name: { challengeId: challenge.id, name } },
    include: withReleases,
  });
  const isVisible = showsDrafts || dataset?.releases.some(({ publishedAt }) => publishedAt !== null);
  if (!dataset || !isVisible) throw new DomainError('NOT_FOUND', 'This dataset doesn’t exist.');
  return { challenge, dataset, showsDrafts };
}

export type Release = DatasetRow['releases'][number];

/** Throws NOT_FOUND, for a draft too unless drafts are shown. */
export function findRelease(
  { dataset, showsDrafts }: Omit<FoundDataset, 'challenge'>,
  version: string,
): Release {
  const release = dataset.releases.find((candidate) => candidate.version === version);
  if (!release || (release.publishedAt === null && !showsDrafts))
    throw new DomainError('NOT_FOUND', 'This release doesn’t exist.');
  return release;
}

/** Throws NOT_FOUND. */
export function findVariant(release: Release, name: string): Release['variants'][number] {
  const variant = release.variants.find((candidate) => candidate.name === name);
  if (!variant) throw new DomainError('NOT_FOUND', 'This release has no such variant.');
  return variant;
}
