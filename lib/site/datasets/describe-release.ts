import type { DatasetView, ReleaseView } from '#lib/api/datasets/datasets.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Challenge } from '#lib/site/challenges/find-challenge.ts';
import type { Site } from '#lib/site/site.ts';
import { viewOf } from './dataset-view.ts';
import {
  type DatasetPlace,
  findDataset,
  findRelease,
  findVariant,
  type VariantPlace,
} from './find-dataset.ts';
import { croissantOf, type ListedFile, type ListedVariant } from './formats/croissant.ts';
import type { ReleaseFacts } from './formats/release-facts.ts';

export type ReleasePlace = DatasetPlace & { version: string };

/** A list of the files of more would be too long for catalogues; the lists of checksums name them all. */
const MAX_LISTED_FILES = 10_000;
const LINES_AT_ONCE = 1000;

/** What citations and catalogues say about a release. Throws NOT_FOUND. */
export async function describedRelease(
  site: Site,
  place: ReleasePlace,
  viewer: Viewer | null,
): Promise<ReleaseFacts> {
  return (await find(site, place, viewer)).facts;
}

/**
 * A release in Croissant 1.1.
 *
 * @param listsFiles whether each file is listed, if there aren’t too many, beside the lists of checksums.
 * @throws DomainError NOT_FOUND.
 */
export async function describeInCroissant(
  site: Site,
  place: ReleasePlace,
  viewer: Viewer | null,
  { listsFiles }: { listsFiles: boolean },
) {
  const { facts, release } = await find(site, place, viewer);
  const fileCount = release.variants.reduce((sum, variant) => sum + variant.fileCount, 0);
  const variants: ListedVariant[] = [];
  for (const { id, name } of release.variants) {
    const files = listsFiles && fileCount <= MAX_LISTED_FILES ? await filesOf(site, id) : [];
    variants.push({ name, sums: await sumsOf(site, id), files });
  }
  return croissantOf(facts, variants);
}

/** The checksums of all files of a variant, a line each, as `sha256sum -c` takes them. Throws NOT_FOUND. */
export async function checksumLines(
  site: Site,
  place: VariantPlace,
  viewer: Viewer | null,
): Promise<AsyncGenerator<Uint8Array>> {
  const { release } = await find(site, place, viewer);
  return linesOf(site, findVariant(release, place.variant).id);
}

/** The same of a release that is at hand. */
export function factsOf(
  { environment }: Pick<Site, 'environment'>,
  { slug, title, synthetic, organizers }: Challenge,
  dataset: DatasetView,
  release: ReleaseView,
): ReleaseFacts {
  const names = organizers.map(({ user }) => user.name);
  return {
    challenge: { slug, title, synthetic, organizers: names },
    dataset,
    release,
    origin: environment.origin,
  };
}

async function find(site: Site, place: ReleasePlace, viewer: Viewer | null) {
  const found = await findDataset(site, place, viewer);
  authorize('dataset.read', viewer, found);
  const { challenge, dataset, showsDrafts } = found;
  const release = findRelease(found, place.version);
  const view = viewOf(dataset, showsDrafts);
  const releaseView = view.releases.find(({ version }) => version === release.version)!;
  return { facts: factsOf(site, challenge, view, releaseView), release };
}

async function filesOf({ db }: Site, variantId: string): Promise<ListedFile[]> {
  const rows = await db.releaseFile.findMany({
    where: { variantId },
    orderBy: { path: 'asc' },
    select: { path: true, bytes: true, sha256: true },
  });
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

async function* linesOf({ db }: Site, variantId: string): AsyncGenerator<Uint8Array> {
  let after = '';
  for (;;) {
    const rows = await db.releaseFile.findMany({
      where: { variantId, path: { gt: after } },
      orderBy: { path: 'asc' },
      take: LINES_AT_ONCE,
      select: { path: true, sha256: true },
    });
    yield Buffer.from(rows.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''));
    if (rows.length < LINES_AT_ONCE) return;
    after = rows.at(-1)!.path;
  }
}

/** Length and hash of what linesOf gives, without sending it here. */
async function sumsOf({ db }: Site, variantId: string): Promise<ListedVariant['sums']> {
  const rows = await db.$queryRaw<{ bytes: number; sha256: string }[]>`
    SELECT octet_length(list)::int AS bytes, encode(sha256(list), 'hex') AS sha256
    FROM (
      SELECT convert_to(string_agg("sha256" || '  ' || "path" || E'\n', '' ORDER BY "path"), 'UTF8') AS list
      FROM "ReleaseFile" WHERE "variantId" = ${variantId}::uuid
    ) AS lists`;
  return rows[0]!;
}
