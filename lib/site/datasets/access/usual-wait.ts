import type { DataAccess } from '#lib/api/datasets/requests.ts';
import { HOUR_MS } from '#lib/domain/minutes.ts';
import type { Database } from '#lib/platform/database.ts';

/** The latest decisions say how long it takes now. */
const DECISIONS = 100;

/** The median time from sending a request to its decision, of those that a person decided. Null without any. */
export async function readUsualWait(db: Database, datasetId: string): Promise<DataAccess['usualWait']> {
  const [row] = await db.$queryRaw<{ median: number | null; decisions: number }[]>`
    SELECT count(*)::int AS decisions,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM "decidedAt" - "submittedAt") * 1000)::float8
        AS median
    FROM (
      SELECT "decidedAt", "submittedAt" FROM "DataRequest"
      WHERE "datasetId" = ${datasetId}::uuid AND "decidedById" IS NOT NULL
      ORDER BY "decidedAt" DESC LIMIT ${DECISIONS}
    ) decided`;
  const { median, decisions } = row!;
  return median === null ? null : { medianHours: Math.max(0, median) / HOUR_MS, decisions };
}
