import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageRow, StorageView } from '#lib/api/pages/administration.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { authorize } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';

/** An upload may still be writing its row; older blobs that no row names are left over. */
const LEFT_OVER_DAYS = 1;

/** What the store and the database hold, and what of it nothing needs any more. */
export async function storageView(site: Site, viewer: Viewer | null): Promise<StorageView> {
  authorize('site.inspect', viewer);
  const { db, environment, now } = site;
  const [rows, leftOver, disk, [size]] = await Promise.all([
    readSizes(site),
    findLeftOver(site),
    statfs(environment.storeFolder).catch(() => null),
    db.$queryRaw<{ bytes: bigint }[]>`SELECT pg_database_size(current_database()) AS bytes`,
  ]);
  return {
    rows: [...rows, leftOver],
    disk: disk && { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
    databaseBytes: Number(size?.bytes ?? 0),
    asOf: now().toISOString(),
  };
}

interface Size {
  what: string;
  count: number;
  bytes: bigint | null;
}

const NOTES: Readonly<Record<string, string>> = {
  'Image archives': 'Uploaded by teams. A submission needs its image for a rerun.',
  'Model archives': 'Uploaded by teams, with weights.',
  'Image and model archives without a submission':
    'Part of the two above: uploaded more than 30 days ago and never submitted.',
  'Sealed test sets': 'Imported by organizers.',
  'Test sets that no phase uses': 'Part of those above: replaced by another one.',
  'Uploads of test sets under way': 'Parts of sealed sets. Removed a week after the last part.',
  Scorers: 'Imported by organizers, each version.',
  'Released data': 'Files of datasets, encrypted. Published releases are downloaded from them.',
};

async function readSizes({ db, now }: Site): Promise<StorageRow[]> {
  const before = new Date(now().getTime() - 30 * DAY_MS);
  // Archives with the same content are stored once.
  const rows = await db.$queryRaw<Size[]>`
    SELECT 'Image archives' AS what, count(*)::int AS count, sum(bytes)::bigint AS bytes
      FROM (SELECT DISTINCT sha256, bytes FROM "Image") stored
    UNION ALL SELECT 'Model archives', count(*)::int, sum(bytes)::bigint
      FROM (SELECT DISTINCT sha256, bytes FROM "ModelArchive") stored
    UNION ALL SELECT 'Image and model archives without a submission', count(*)::int, sum(bytes)::bigint FROM (
      SELECT sha256, max(bytes) AS bytes FROM (
        SELECT image.sha256, image.bytes, image."createdAt",
          EXISTS (SELECT FROM "Submission" WHERE "imageId" = image.id) AS used FROM "Image" image
        UNION ALL SELECT model.sha256, model.bytes, model."createdAt",
          EXISTS (SELECT FROM "Submission" WHERE "modelId" = model.id) FROM "ModelArchive" model
      ) archive GROUP BY sha256 HAVING NOT bool_or(used) AND max("createdAt") < ${before}
    ) unused
    UNION ALL SELECT 'Sealed test sets', count(*)::int, sum(bytes)::bigint FROM "TestSet"
    UNION ALL SELECT 'Test sets that no phase uses', count(*)::int, sum(bytes)::bigint FROM "TestSet" unused
      WHERE NOT EXISTS (SELECT FROM "Phase" WHERE "testSetId" = unused.id)
    UNION ALL SELECT 'Uploads of test sets under way', count(*)::int, sum(received)::bigint FROM "TestSetUpload"
    UNION ALL SELECT 'Scorers', count(*)::int, sum(bytes)::bigint
      FROM (SELECT DISTINCT sha256, bytes FROM "Scorer") stored
    UNION ALL SELECT 'Released data', count(*)::int, sum(bytes)::bigint FROM "ReleaseFile"`;
  return rows.map(({ what, count, bytes }) => {
    return { what, count, bytes: Number(bytes ?? 0), note: NOTES[what] ?? '' };
  });
}

/** Blobs that no row names, such as those of an upload whose process was killed before it wrote the row. */
async function findLeftOver({ db, store, environment, now }: Site): Promise<StorageRow> {
  const names = await store.listBefore(new Date(now().getTime() - LEFT_OVER_DAYS * DAY_MS));
  const unknown = await db.$queryRaw<{ name: string }[]>`
    SELECT name FROM unnest(${names}::text[]) name WHERE NOT EXISTS (
      SELECT FROM "Image" WHERE sha256 = name UNION ALL SELECT FROM "ModelArchive" WHERE sha256 = name
      UNION ALL SELECT FROM "Scorer" WHERE sha256 = name
      UNION ALL SELECT FROM "TestSet" WHERE name IN ("manifestBlob", "groundTruthBlob")
      UNION ALL SELECT FROM "TestCase" WHERE name IN ("inputBlob", "truthBlob")
      UNION ALL SELECT FROM "TestSetUploadPart" WHERE blob = name
      UNION ALL SELECT FROM "ReleaseFile" WHERE blob = name
    )`;
  const sizes = await Promise.all(
    unknown.map(({ name }) => stat(join(environment.storeFolder, name.slice(0, 2), name)).catch(() => null)),
  );
  return {
    what: 'Files that nothing names',
    count: unknown.length,
    bytes: sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0),
    note: `Left over for more than a day. They can be removed from the store’s folder.`,
  };
}
