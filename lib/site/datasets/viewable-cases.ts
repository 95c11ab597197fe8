import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type ScanCase, scanCases } from '#lib/domain/datasets/scan-cases.ts';
import type { Site } from '#lib/site/site.ts';
import { findAccess } from './access/find-access.ts';
import { findDataset, findRelease, findVariant, type VariantPlace } from './find-dataset.ts';

/** Files that are looked through for cases, by path. */
const MAX_FILES = 2000;
const MAX_CASES = 200;

/**
 * The first cases of a variant that this viewer may look at; none where they may not
 * download a variant as it is.
 */
export async function viewableCases(
  site: Site,
  place: VariantPlace,
  viewer: Viewer | null,
): Promise<ScanCase[]> {
  const found = await findDataset(site, place, viewer);
  const release = findRelease(found, place.version);
  const { kind } = await findAccess(site, found, release, viewer);
  // What approved readers get is encrypted for them.
  if (kind !== 'open' && kind !== 'organizer') return [];
  const { id: variantId } = findVariant(release, place.variant);
  const rows = await site.db.releaseFile.findMany({
    where: { variantId, path: { contains: '.nii' } },
    orderBy: { path: 'asc' },
    take: MAX_FILES,
    select: { path: true },
  });
  return scanCases(rows.map(({ path }) => path)).slice(0, MAX_CASES);
}
