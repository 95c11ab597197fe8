import { DomainError } from '#lib/domain/errors.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import {
  type PhaseLeaderboard,
  type RankedLeaderboard,
  toLeaderboard,
} from '#lib/site/leaderboards/leaderboard.ts';
import {
  emptyContent,
  type SnapshotContent,
  snapshotContentSchema,
} from '#lib/site/leaderboards/snapshot.ts';
import type { Site } from '#lib/site/site.ts';
import { stratumMetrics } from './shown-strata.ts';

/** How long the first reader of a stratum waits for its first ranking. */
const FIRST_RANKING_MS = 10_000;

/**
 * The leaderboard on the cases of one stratum, as it was ranked last: the same submissions, and the metrics that have values
 * of single cases. Throws NOT_FOUND for a stratum that isn't shown, as for one that doesn't exist.
 *
 * @param whole the leaderboard on all cases, as far as its reader may see it.
 */
export async function readStratumLeaderboard(
  site: Pick<Site, 'db' | 'shared' | 'rankings' | 'now'>,
  phase: PhaseWithTestSet,
  whole: PhaseLeaderboard,
  id: string,
): Promise<PhaseLeaderboard> {
  const stratum = whole.strata.find((one) => one.id === id);
  if (!stratum) throw new DomainError('NOT_FOUND', `This leaderboard shows no stratum ${id}.`);
  const read = () => readStratum(site, phase.id, id);
  let found = await read();
  if (!found) {
    await site.rankings.settle(phase.id, FIRST_RANKING_MS);
    found = await read();
  }
  const { content, computedAt } = found ?? { content: emptyContent(), computedAt: 0 };
  return {
    ...toStratumLeaderboard(phase, whole, { ...stratum, content }, site.now()),
    revision: `${whole.revision}-${computedAt.toString(36)}`,
  };
}

function readStratum({ db, shared }: Pick<Site, 'db' | 'shared'>, phaseId: string, stratum: string) {
  return shared.read(`stratum ${phaseId} ${stratum}`, async () => {
    const row = await db.stratumRanking.findUnique({ where: { phaseId_stratum: { phaseId, stratum } } });
    if (!row) return null;
    return { content: parseStratum(row), computedAt: row.computedAt.getTime() };
  });
}

export function parseStratum(row: { phaseId: string; stratum: string; content: unknown }): SnapshotContent {
  const column = { table: 'StratumRanking', id: `${row.phaseId} ${row.stratum}`, column: 'content' };
  return parseColumn(snapshotContentSchema, row.content, column);
}

/** @param whole the leaderboard on all cases. */
export function toStratumLeaderboard(
  phase: PhaseWithTestSet,
  whole: RankedLeaderboard,
  { id, caseCount, content }: { id: string; caseCount: number; content: SnapshotContent },
  now: Date,
): RankedLeaderboard {
  const leaderboard = toLeaderboard({ ...phase, metrics: stratumMetrics(phase) }, content, now);
  const submissionsOf = new Map(
    whole.entries.map(({ teamSlug, submissionCount }) => [teamSlug, submissionCount]),
  );
  return {
    ...leaderboard,
    entries: leaderboard.entries.map((entry) => ({
      ...entry,
      submissionCount: submissionsOf.get(entry.teamSlug) ?? entry.submissionCount,
    })),
    ...{ caseCount, stratum: id, strata: whole.strata, updatedAt: whole.updatedAt },
  };
}
