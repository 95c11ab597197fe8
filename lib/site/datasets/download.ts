import { createHash } from 'node:crypto';
import { archiveFolder } from '#lib/api/datasets/addresses.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import type { RateLimitRule } from '#lib/domain/accounts/rate-limits.ts';
import type { DownloadForm } from '#lib/domain/datasets/download-form.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import type { Site } from '#lib/site/site.ts';
import type { DownloadForm as StoredForm } from '#prisma-client';
import { requireAccess } from './access/find-access.ts';
import { type DataKeys, openDataKeys } from './data-keys.ts';
import { gzipStored, MAX_STORED_BYTES } from './delivery/gzip.ts';
import { inForm, type Tagged } from './delivery/in-form.ts';
import { tarOf } from './delivery/tar.ts';
import type { VirtualFile } from './delivery/virtual-file.ts';
import { findDataset, findRelease, findVariant, type VariantPlace } from './find-dataset.ts';
import { inMarkedOrder, markOf } from './keys/key-material.ts';
import { type DownloadKey, ownKey } from './keys/own-key.ts';
import { releasedFile, type StoredFile } from './released-file.ts';

export interface Offer extends Tagged {
  /**
   * Records that the download began, at the start of the file. One that goes on where it was cut is the same download;
   * one that nobody began is recorded, too, because whoever leaves out the first byte takes the data.
   */
  begin(isStart: boolean): Promise<void>;
}

/** Raised when the archive’s layout changes, so that an interrupted download isn’t continued with other bytes. */
const ARCHIVE_LAYOUT = 2;

/** One file of a variant. Throws NOT_FOUND, FORBIDDEN, NOT_SIGNED_IN, INVALID. */
export async function offerFile(
  site: Site,
  place: VariantPlace,
  { path, form = 'plain' }: { path: string; form?: DownloadForm },
  viewer: Viewer | null,
): Promise<Offer> {
  const { id: variantId } = await downloadable(site, place, form, viewer, RATE_LIMITS.downloadByAccount);
  const row = await site.db.releaseFile.findUnique({ where: { variantId_path: { variantId, path } } });
  if (!row) throw new DomainError('NOT_FOUND', 'This variant has no such file.');
  const keys = await openDataKeys(site.environment.dataKeyFile);
  const plain = {
    file: releasedFile(site.store, keys, row),
    etag: `"${row.sha256}"`,
    fileName: path.slice(path.lastIndexOf('/') + 1),
  };
  const key = form === 'plain' ? null : await ownKey(site, viewer);
  return offer(site, { variantId, path, form, viewer, key, plain });
}

/**
 * All files of a variant as .tar.gz, made while it is sent, in a folder named for the release. An encrypted one is
 * marked for the owner of the key by the order of its members and the size of its blocks.
 */
export async function offerArchive(
  site: Site,
  place: VariantPlace,
  { form = 'plain' }: { form?: DownloadForm },
  viewer: Viewer | null,
): Promise<Offer> {
  const { id: variantId } = await downloadable(site, place, form, viewer, RATE_LIMITS.archiveByAccount);
  const rows = await site.db.releaseFile.findMany({ where: { variantId }, orderBy: { path: 'asc' } });
  const keys = await openDataKeys(site.environment.dataKeyFile);
  const key = form === 'plain' ? null : await ownKey(site, viewer);
  const mark = key && markOf(key.secret, variantId);
  const plain = archiveOf(site, keys, {
    folder: archiveFolder(place.dataset, place.version, place.variant),
    rows: mark ? inMarkedOrder(mark, rows) : rows,
    storedBytes: mark ? mark.storedBytes : MAX_STORED_BYTES,
  });
  return offer(site, { variantId, path: null, form, viewer, key, plain });
}

interface Archive {
  folder: string;
  rows: readonly (StoredFile & { path: string; sha256: string; crc32: number })[];
  storedBytes: number;
}

function archiveOf(site: Site, keys: DataKeys, archive: Archive): Tagged {
  const { folder, rows, storedBytes } = archive;
  const entries = rows.map((row) => ({
    path: `${folder}/${row.path}`,
    content: { file: releasedFile(site.store, keys, row), crc32: row.crc32 >>> 0 },
  }));
  const file: VirtualFile = gzipStored(tarOf(entries), storedBytes);
  return { file, etag: `"${etagOf(archive)}"`, fileName: `${folder}.tar.gz` };
}

function etagOf({ folder, rows, storedBytes }: Archive): string {
  const hash = createHash('sha256').update(JSON.stringify([ARCHIVE_LAYOUT, folder, storedBytes]));
  for (const { path, sha256 } of rows) hash.update(JSON.stringify([path, sha256]));
  return hash.digest('hex');
}

/** Whether this viewer can download the variants of a release. Throws NOT_FOUND. */
export async function mayDownload(
  site: Site,
  place: Omit<VariantPlace, 'variant'>,
  viewer: Viewer | null,
): Promise<boolean> {
  const found = await findDataset(site, place, viewer);
  const release = findRelease(found, place.version);
  try {
    await requireAccess(site, found, release, viewer);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/**
 * Asked for each part of a download, so that a revocation ends one that goes on, too. Whoever isn’t signed in is limited
 * by their address, as for every route. Throws what `requireAccess` throws, INVALID for a form that the dataset isn’t sent
 * in, NOT_FOUND and TOO_MANY_ATTEMPTS.
 */
async function downloadable(
  site: Site,
  place: VariantPlace,
  form: DownloadForm,
  viewer: Viewer | null,
  limit: RateLimitRule,
) {
  const found = await findDataset(site, place, viewer);
  const release = findRelease(found, place.version);
  const { kind } = await requireAccess(site, found, release, viewer);
  if (form === 'plain' && kind === 'granted') throw onlyEncrypted();
  if (viewer) await consumeAttempt(site, limit, viewer.userId);
  return findVariant(release, place.variant);
}

function onlyEncrypted(): DomainError {
  return new DomainError(
    'INVALID',
    'This dataset is only sent encrypted. Ask for it with ?as=age, ?as=age-passphrase or ?as=openssl; your account has the key under Download key.',
  );
}

interface Delivery {
  variantId: string;
  /** null: the archive. */
  path: string | null;
  form: DownloadForm;
  viewer: Viewer | null;
  key: DownloadKey | null;
  plain: Tagged;
}

async function offer(site: Site, { plain, form, key, ...download }: Delivery): Promise<Offer> {
  const tagged = form === 'plain' || !key ? plain : await inForm(plain, form, key);
  const { variantId, path, viewer } = download;
  const begin = async (isStart: boolean) => {
    // Nobody takes data with an HMAC.
    if (form === 'openssl-hmac') return;
    const userId = viewer?.userId ?? null;
    const data = { variantId, path, userId, form: STORED[form], keyId: key?.id ?? null };
    if (isStart || (userId !== null && (await site.db.download.count({ where: data })) === 0))
      await site.db.download.create({ data });
  };
  return { ...tagged, begin };
}

const STORED: Readonly<Record<Exclude<DownloadForm, 'openssl-hmac'>, StoredForm>> = {
  plain: 'PLAIN',
  age: 'AGE',
  'age-passphrase': 'AGE_PASSPHRASE',
  openssl: 'OPENSSL',
};
