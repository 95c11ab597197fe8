import type { Database } from '#lib/platform/database.ts';
import { type SnapshotStratum, snapshotStratumSchema } from '#lib/site/leaderboards/snapshot.ts';

/** The strata of a phase as they were judged with its latest ranking; none before there is one. */
export async function readRankedStrata(
  { db }: { db: Database },
  phaseId: string,
): Promise<SnapshotStratum[]> {
  const [row] = await db.$queryRaw<{ strata: unknown }[]>`
    SELECT content->'strata' AS strata FROM "RankingSnapshot" WHERE "phaseId" = ${phaseId}::uuid`;
  return snapshotStratumSchema.array().parse(row?.strata ?? []);
}
