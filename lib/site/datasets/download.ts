import { createHash } from 'node:crypto';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { requireAccess } from './access/find-access.ts';
import { type DataKeys, openDataKeys } from './data-keys.ts';
import { gzipStored } from './delivery/gzip.ts';
import { tarOf } from './delivery/tar.ts';
import type { VirtualFile } from './delivery/virtual-file.ts';
import { findDataset, findRelease, findVariant, type VariantPlace } from './find-dataset.ts';
import { releasedFile, type StoredFile } from './released-file.ts';

export interface Offer {
  file: VirtualFile;
  /** Strong: other bytes have another one. */
  etag: string;
  fileName: string;
  /** Records that the download began. One that goes on where it was cut is the same download. */
  begin(): Promise<void>;
}

/** Raised when the archive’s layout changes, so that an interrupted download isn’t continued with other bytes. */
const ARCHIVE_LAYOUT = 1;

/** One file of a variant. Throws NOT_FOUND, FORBIDDEN. */
export async function offerFile(
  site: Site,
  place: VariantPlace,
  path: string,
  viewer: Viewer | null,
): Promise<Offer> {
  const variant = await downloadable(site, place, viewer);
  const row = await site.db.releaseFile.findUnique({
    where: { variantId_path: { variantId: variant.id, path } },
  });
  if (!row) throw new DomainError('NOT_FOUND', 'This variant has no such file.');
  const keys = await openDataKeys(site.environment.dataKeyFile);
  return {
    file: releasedFile(site.store, keys, row),
    etag: `"${row.sha256}"`,
    fileName: path.slice(path.lastIndexOf('/') + 1),
    begin: () => record(site, variant.id, path, viewer),
  };
}

/** All files of a variant as .tar.gz, made while it is sent, in a folder named for the release. */
export async function offerArchive(site: Site, place: VariantPlace, viewer: Viewer | null): Promise<Offer> {
  const variant = await downloadable(site, place, viewer);
  const rows = await site.db.releaseFile.findMany({
    where: { variantId: variant.id },
    orderBy: { path: 'asc' },
  });
  const keys = await openDataKeys(site.environment.dataKeyFile);
  const folder = `${place.dataset}-${place.version}-${place.variant}`;
  return {
    file: archiveOf(site, keys, folder, rows),
    etag: `"${etagOf(folder, rows)}"`,
    fileName: `${folder}.tar.gz`,
    begin: () => record(site, variant.id, null, viewer),
  };
}

type Row = StoredFile & { path: string; sha256: string; crc32: number };

function archiveOf(site: Site, keys: DataKeys, folder: string, rows: readonly Row[]): VirtualFile {
  const entries = rows.map((row) => ({
    path: `${folder}/${row.path}`,
    content: { file: releasedFile(site.store, keys, row), crc32: row.crc32 >>> 0 },
  }));
  return gzipStored(tarOf(entries));
}

function etagOf(folder: string, rows: readonly Row[]): string {
  const hash = createHash('sha256').update(JSON.stringify([ARCHIVE_LAYOUT, folder]));
  for (const { path, sha256 } of rows) hash.update(JSON.stringify([path, sha256]));
  return hash.digest('hex');
}

/** Throws what `requireAccess` throws, and NOT_FOUND. */
async function downloadable(site: Site, place: VariantPlace, viewer: Viewer | null) {
  const found = await findDataset(site, place, viewer);
  const release = findRelease(found, place.version);
  await requireAccess(site, found, release, viewer);
  return findVariant(release, place.variant);
}

async function record(
  site: Site,
  variantId: string,
  path: string | null,
  viewer: Viewer | null,
): Promise<void> {
  await site.db.download.create({ data: { variantId, path, userId: viewer?.userId ?? null } });
}
