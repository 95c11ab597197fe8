import type { z } from 'zod';
import type {
  DatasetView,
  listReleaseFilesQuerySchema,
  listReleaseFilesResponseSchema,
} from '#lib/api/datasets/datasets.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type VariantStatistics, variantStatisticsSchema } from '#lib/domain/datasets/statistics.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { viewOf, withReleases } from './dataset-view.ts';
import {
  type DatasetPlace,
  findDataset,
  findRelease,
  findVariant,
  type VariantPlace,
} from './find-dataset.ts';

/** The datasets of a challenge with their published releases; for organizers also the drafts. */
export async function listDatasets(site: Site, slug: string, viewer: Viewer | null): Promise<DatasetView[]> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('dataset.read', viewer, { challenge });
  const showsDrafts = may('dataset.readDraft', viewer, { challenge });
  const rows = await site.db.dataset.findMany({
    where: { challengeId: challenge.id },
    include: withReleases,
    orderBy: { name: 'asc' },
  });
  const views = rows.map((row) => viewOf(row, showsDrafts));
  return views.filter(({ releases }) => showsDrafts || releases.length > 0);
}

export async function readDataset(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<DatasetView> {
  const found = await findDataset(site, place, viewer);
  authorize('dataset.read', viewer, found);
  return viewOf(found.dataset, found.showsDrafts);
}

type FileList = z.output<typeof listReleaseFilesResponseSchema>;

/** The files of a variant by path, in pages. */
export async function listReleaseFiles(
  site: Site,
  place: VariantPlace,
  { after, limit }: z.output<typeof listReleaseFilesQuerySchema>,
  viewer: Viewer | null,
): Promise<FileList> {
  const found = await findDataset(site, place, viewer);
  authorize('dataset.read', viewer, found);
  const { id: variantId } = findVariant(findRelease(found, place.version), place.variant);
  const rows = await site.db.releaseFile.findMany({
    where: { variantId, ...(after === undefined ? {} : { path: { gt: after } }) },
    orderBy: { path: 'asc' },
    take: limit + 1,
    select: { path: true, bytes: true, sha256: true },
  });
  const files = rows.slice(0, limit).map((row) => ({ ...row, bytes: Number(row.bytes) }));
  return { files, next: rows.length > limit ? files.at(-1)!.path : null };
}

/** The statistics of a variant; null if it came without. Throws NOT_FOUND. */
export async function readStatistics(
  site: Site,
  place: VariantPlace,
  viewer: Viewer | null,
): Promise<VariantStatistics | null> {
  const found = await findDataset(site, place, viewer);
  authorize('dataset.read', viewer, found);
  const { id } = findVariant(findRelease(found, place.version), place.variant);
  const row = await site.db.variantStatistics.findUnique({ where: { variantId: id } });
  const column = { table: 'VariantStatistics', id, column: 'content' };
  return row && parseColumn(variantStatisticsSchema, row.content, column);
}
