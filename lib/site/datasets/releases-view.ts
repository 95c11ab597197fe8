import type { ReleasesView } from '#lib/api/pages/organizer/data.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import { listHead } from '#lib/site/console/organized-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { viewOf } from './dataset-view.ts';
import { type DatasetPlace, findDataset } from './find-dataset.ts';

/** The description and the releases of a dataset, for the console. Throws NOT_FOUND, NOT_SIGNED_IN, FORBIDDEN. */
export async function releasesView(
  site: Site,
  place: DatasetPlace,
  viewer: Viewer | null,
): Promise<ReleasesView> {
  const found = await findDataset(site, place, viewer);
  authorize('dataset.edit', viewer, found);
  const { challenge, dataset } = found;
  return { ...listHead(site, challenge), dataset: viewOf(dataset, true), terms: dataset.terms };
}
