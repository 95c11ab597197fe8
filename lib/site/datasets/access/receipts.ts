import type { DownloadCount, DownloadsView, Receipt, ReceiptsQuery } from '#lib/api/pages/organizer/data.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Database } from '#lib/platform/database.ts';
import { findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import { newestFirst, readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/** Who took what version when. Downloads of a person, a variant and a day are one receipt. */

const DOWNLOADED = Prisma.sql`
  "Download" download
  JOIN "ReleaseVariant" variant ON variant.id = download."variantId"
  JOIN "Release" release ON release.id = variant."releaseId"
  JOIN "Dataset" dataset ON dataset.id = release."datasetId"
  JOIN "Challenge" challenge ON challenge.id = dataset."challengeId"
  LEFT JOIN "User" person ON person.id = download."userId"`;

/** Downloads per release, and one page of receipts, for organizers. */
export async function downloadsView(
  site: Site,
  slug: string,
  query: ReceiptsQuery,
  viewer: Viewer | null,
): Promise<DownloadsView> {
  const challenge = await findOrganized(site, slug, viewer, 'dataRequest.read');
  const where = Prisma.sql`challenge.id = ${challenge.id}::uuid`;
  const [{ rows, ...links }, counts] = await Promise.all([
    readReceipts(site.db, where, query),
    countDownloads(site.db, challenge.id),
  ]);
  return { ...listHead(site, challenge), counts, receipts: rows, ...links };
}

/** One page of a person’s own. */
export function readOwnReceipts(db: Database, userId: string, query: ReceiptsQuery) {
  return readReceipts(db, Prisma.sql`download."userId" = ${userId}::uuid`, query);
}

function readReceipts(db: Database, where: Prisma.Sql, query: ReceiptsQuery) {
  return readPageWithPrevious(
    query,
    (slice) => findReceipts(db, where, slice),
    ({ id }) => id,
  );
}

interface Row extends Omit<Receipt, 'person' | 'challenge' | 'dataset' | 'firstAt' | 'lastAt'> {
  userId: string | null;
  personName: string | null;
  email: string | null;
  slug: string;
  challengeTitle: string;
  name: string;
  title: string;
  firstAt: Date;
  lastAt: Date;
}

async function findReceipts(db: Database, where: Prisma.Sql, slice: Slice): Promise<Receipt[]> {
  // IDs are ordered by time, also as text.
  const { isInSlice, firstOfSlice } = newestFirst(Prisma.sql`max(download.id::text)::uuid`, slice);
  const rows = await db.$queryRaw<Row[]>`
    SELECT max(download.id::text) AS id, download."userId", person.name AS "personName", person.email,
      challenge.slug, challenge.title AS "challengeTitle", dataset.name, dataset.title,
      release.version, variant.name AS variant,
      (count(*) FILTER (WHERE download.path IS NULL))::int AS archives,
      (count(*) FILTER (WHERE download.path IS NOT NULL))::int AS files,
      min(download."startedAt") AS "firstAt", max(download."startedAt") AS "lastAt"
    FROM ${DOWNLOADED}
    WHERE ${where}
    GROUP BY (download."startedAt" AT TIME ZONE 'UTC')::date, download."userId", person.id, variant.id, release.id,
      dataset.id, challenge.id
    HAVING ${isInSlice}
    ${firstOfSlice}`;
  return rows.map(({ userId, personName, email, slug, challengeTitle, name, title, ...row }) => ({
    ...row,
    person: userId === null ? null : { name: personName ?? 'Former member', email },
    challenge: { slug, title: challengeTitle },
    dataset: { name, title },
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
  }));
}

async function countDownloads(db: Database, challengeId: string): Promise<DownloadCount[]> {
  const rows = await db.$queryRaw<(Omit<DownloadCount, 'lastAt'> & { lastAt: Date | null })[]>`
    SELECT dataset.name AS dataset, release.version, variant.name AS variant,
      count(DISTINCT download."userId")::int AS people,
      (count(download.id) FILTER (WHERE download.path IS NULL))::int AS archives,
      (count(download.id) FILTER (WHERE download.path IS NOT NULL))::int AS files,
      (count(download.id) FILTER (WHERE download."userId" IS NULL))::int AS anonymous,
      max(download."startedAt") AS "lastAt"
    FROM "Dataset" dataset
    JOIN "Release" release ON release."datasetId" = dataset.id
    JOIN "ReleaseVariant" variant ON variant."releaseId" = release.id
    LEFT JOIN "Download" download ON download."variantId" = variant.id
    WHERE dataset."challengeId" = ${challengeId}::uuid AND release."publishedAt" IS NOT NULL
    GROUP BY dataset.id, release.id, variant.id
    ORDER BY dataset.name, release."publishedAt" DESC, variant.name`;
  return rows.map((row) => ({ ...row, lastAt: row.lastAt?.toISOString() ?? null }));
}
