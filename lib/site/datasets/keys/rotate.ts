import type { Database } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { addDataKey, type DataKeys, openDataKeys } from '#lib/site/datasets/data-keys.ts';

const ROWS_AT_ONCE = 500;

/** How many wrapped keys need each data key. */
export async function dataKeyUse(db: Pick<Database, '$queryRaw'>): Promise<Record<string, number>> {
  const rows = await db.$queryRaw<{ dataKeyId: string; count: bigint }[]>`
    SELECT "dataKeyId", count(*) FROM (
      SELECT "dataKeyId" FROM "ReleaseFile" UNION ALL SELECT "dataKeyId" FROM "DownloadKey") AS wrapped
    GROUP BY "dataKeyId"`;
  return Object.fromEntries(rows.map(({ dataKeyId, count }) => [dataKeyId, Number(count)]));
}

/**
 * Adds a data key to the file, unless an earlier rotation has to be finished first: then its key is the new one.
 * Returns the name of the added key, or null.
 */
export async function addKeyIfDone(db: Database, file: string): Promise<string | null> {
  return db.$transaction(async (tx) => {
    // Two at once would each write a file without the other’s key.
    await lockUntilCommit(tx, 'data keys');
    const { ids } = await openDataKeys(file);
    const isUnfinished = Object.keys(await dataKeyUse(tx)).some((id) => id !== ids[0]);
    if (isUnfinished) return null;
    await addDataKey(file);
    return (await openDataKeys(file)).ids[0]!;
  });
}

/**
 * Wraps everything with the newest data key. Whatever is left when this is interrupted stays readable, and is wrapped by
 * the next run. Returns how many keys were wrapped.
 */
export async function wrapAnew(
  db: Database,
  keys: DataKeys,
  onProgress: (wrapped: number) => void = () => undefined,
): Promise<number> {
  let wrapped = 0;
  for (const wrapSome of [wrapFiles, wrapDownloadKeys]) {
    for (let count = -1; count !== 0; ) {
      count = await wrapSome(db, keys);
      wrapped += count;
      onProgress(wrapped);
    }
  }
  return wrapped;
}

async function wrapFiles(db: Database, keys: DataKeys): Promise<number> {
  const rows = await db.releaseFile.findMany({
    where: { dataKeyId: { not: keys.ids[0]! } },
    select: { variantId: true, path: true, fileKey: true, dataKeyId: true },
    take: ROWS_AT_ONCE,
  });
  await db.$transaction(
    rows.map(({ variantId, path, ...old }) =>
      db.releaseFile.updateMany({
        where: { variantId, path, dataKeyId: old.dataKeyId },
        data: keys.wrap(keys.unwrap(old)),
      }),
    ),
  );
  return rows.length;
}

async function wrapDownloadKeys(db: Database, keys: DataKeys): Promise<number> {
  const rows = await db.downloadKey.findMany({
    where: { dataKeyId: { not: keys.ids[0]! } },
    select: { id: true, secret: true, dataKeyId: true },
    take: ROWS_AT_ONCE,
  });
  await db.$transaction(
    rows.map(({ id, secret, dataKeyId: old }) => {
      const { fileKey, dataKeyId } = keys.wrap(keys.unwrap({ dataKeyId: old, fileKey: secret }));
      return db.downloadKey.updateMany({
        where: { id, dataKeyId: old },
        data: { secret: fileKey, dataKeyId },
      });
    }),
  );
  return rows.length;
}
