import type { z } from 'zod';
import { archiveFolder } from '#lib/api/datasets/addresses.ts';
import {
  type TracedDownload,
  traceRequestSchema,
  type traceResponseSchema,
} from '#lib/api/datasets/trace.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { orderEvidenceBits } from '#lib/domain/datasets/order-evidence.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { openDataKeys } from '#lib/site/datasets/data-keys.ts';
import { findDataset, findRelease, findVariant, type VariantPlace } from '#lib/site/datasets/find-dataset.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { MARK_SIZE_BITS, type Mark, markOf } from './key-material.ts';
import { openKey } from './own-key.ts';

type Trace = z.input<typeof traceResponseSchema>;

/** From this on, chance is out of the question: one in a thousand million, after all who downloaded were compared. */
const CERTAIN_BITS = 30;
/** One in a thousand. */
const LIKELY_BITS = 10;

/**
 * Whose download of a variant an archive is, by the order of its members and the size of its blocks. Organizers alone
 * may ask, and the audit trail keeps that they did.
 */
export async function traceArchive(
  site: Site,
  place: VariantPlace,
  input: unknown,
  viewer: Viewer | null,
): Promise<Trace> {
  const found = await findDataset(site, place, viewer);
  const organizer = authorize('dataset.trace', viewer, found);
  const { paths, blockBytes } = parseInput(traceRequestSchema, input);
  const { id: variantId } = findVariant(findRelease(found, place.version), place.variant);
  const known = await knownPaths(site, variantId, place, paths);
  const candidates = await candidatesOf(site, variantId);
  const rated = candidates
    .map(({ mark, ...candidate }) => ({ ...candidate, ...evidence(mark, known, blockBytes) }))
    .map((one) => ({ ...one, bits: one.bits - Math.log2(candidates.length) }))
    .sort((a, b) => b.bits - a.bits);
  const best = rated.find(({ bits }) => bits >= LIKELY_BITS) ?? null;
  const detail = { ...place, compared: known.length, keyId: best?.keyId ?? null };
  await site.db.$transaction((tx) => recordAudit(tx, organizer, 'dataset.trace', found.challenge.id, detail));
  return {
    comparedFiles: known.length,
    comparedKeys: candidates.length,
    certainty: best === null ? 'none' : best.bits >= CERTAIN_BITS ? 'certain' : 'likely',
    found: best && {
      name: best.name,
      email: best.email,
      downloads: best.downloads,
      bits: best.bits,
      hasOrder: best.hasOrder,
      hasBlockSize: best.hasBlockSize,
    },
  };
}

/** The paths of the archive that are files of the variant, whichever folder they lie in. In the archive’s order. */
async function knownPaths(
  { db }: Site,
  variantId: string,
  place: VariantPlace,
  paths: readonly string[],
): Promise<string[]> {
  const folder = `${archiveFolder(place.dataset, place.version, place.variant)}/`;
  const tries = paths.map((path) => {
    const plain = path.replace(/^\.\//, '');
    const inside = plain.slice(plain.indexOf('/') + 1);
    return plain.startsWith(folder) ? [plain.slice(folder.length)] : [plain, inside];
  });
  const rows = await db.releaseFile.findMany({
    where: { variantId, path: { in: tries.flat() } },
    select: { path: true },
  });
  const existing = new Set(rows.map(({ path }) => path));
  const known = tries.flatMap((ones) => ones.find((one) => existing.has(one)) ?? []);
  return [...new Set(known)];
}

interface Candidate {
  keyId: string;
  name: string;
  email: string | null;
  downloads: TracedDownload[];
  mark: Mark;
}

/** Everybody who took the whole of the variant encrypted. */
async function candidatesOf(site: Site, variantId: string): Promise<Candidate[]> {
  const where = { variantId, path: null };
  const rows = await site.db.downloadKey.findMany({
    where: { downloads: { some: where } },
    include: {
      user: { select: { name: true, email: true } },
      downloads: { where, orderBy: { id: 'asc' }, select: { startedAt: true, form: true } },
    },
  });
  const keys = await openDataKeys(site.environment.dataKeyFile);
  return rows.map((row) => ({
    keyId: row.id,
    name: row.user.name,
    email: row.user.email,
    downloads: row.downloads.map(({ startedAt, form }) => ({ startedAt: startedAt.toISOString(), form })),
    mark: markOf(openKey(keys, row).secret, variantId),
  }));
}

function evidence(mark: Mark, paths: readonly string[], blockBytes: number | null) {
  const hashes = paths.map((path) => mark.placeOf(path));
  const sorted = hashes.map((_, index) => index).sort((a, b) => Buffer.compare(hashes[a]!, hashes[b]!));
  const places = new Array<number>(paths.length);
  sorted.forEach((index, place) => {
    places[index] = place;
  });
  const hasBlockSize = blockBytes === mark.storedBytes;
  const orderBits = orderEvidenceBits(places);
  return {
    bits: orderBits + (hasBlockSize ? MARK_SIZE_BITS : 0),
    hasOrder: places.every((place, index) => place === index),
    hasBlockSize,
  };
}
