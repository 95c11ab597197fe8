import { analyzeRecorded } from '#lib/domain/ranking/recorded.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import type { CaseResult } from '#lib/domain/ranking/table.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { listStrata } from '#lib/domain/test-sets/site-strata.ts';
import type { Database } from '#lib/platform/database.ts';
import { scoreBaselines } from '#lib/site/leaderboards/baselines.ts';
import { describeAnalysis, describeSnapshot } from '#lib/site/leaderboards/describe-snapshot.ts';
import { type RankedInputs, readRanked } from '#lib/site/leaderboards/inputs/read-ranked.ts';
import { readRecordedValues } from '#lib/site/leaderboards/recorded-values.ts';
import { emptyContent, type SnapshotContent } from '#lib/site/leaderboards/snapshot.ts';
import { readRankedStrata } from './ranked-strata.ts';
import { stratumMetrics } from './shown-strata.ts';

/**
 * Ranks the submissions of a phase on the cases of the stratum whose ranking has been out of date for longest, and stores
 * it; or notes that all are up to date. One at a time, so that a new score never waits for all of them.
 */
export async function rankNextStratum(db: Database, phaseId: string): Promise<void> {
  const inputs = await readRanked(db, phaseId);
  const snapshot = await db.rankingSnapshot.findUnique({
    where: { phaseId },
    select: { scoresVersion: true },
  });
  if (!inputs || !snapshot) return;
  const { scoresVersion } = snapshot;
  const shown = (await readRankedStrata({ db }, phaseId)).flatMap(({ id, withheld }) =>
    withheld ? [] : [id],
  );
  const stored = await db.stratumRanking.findMany({
    where: { phaseId },
    select: { stratum: true, key: true, computedAt: true },
  });
  const byStratum = new Map(stored.map((row) => [row.stratum, row]));
  const age = (id: string) => byStratum.get(id)?.computedAt.getTime() ?? 0;
  const [next] = shown
    .filter((id) => byStratum.get(id)?.key !== inputs.key)
    .toSorted((a, b) => age(a) - age(b));
  if (next === undefined) {
    await db.stratumRanking.deleteMany({ where: { phaseId, stratum: { notIn: shown } } });
    await db.rankingSnapshot.updateMany({
      where: { phaseId, scoresVersion },
      data: { strataVersion: scoresVersion },
    });
    return;
  }
  const content = JSON.stringify(await rankStratum(db, inputs, next));
  await db.$executeRaw`
    INSERT INTO "StratumRanking" ("phaseId", stratum, key, content, "computedAt")
    VALUES (${phaseId}::uuid, ${next}, ${inputs.key}, ${content}::jsonb, ${new Date()})
    ON CONFLICT ("phaseId", stratum) DO UPDATE
    SET key = excluded.key, content = excluded.content, "computedAt" = excluded."computedAt"`;
}

/** The submissions that count on the leaderboard, ranked on the cases of a stratum that aren't held back. */
async function rankStratum(
  db: Database,
  { phase, entries }: RankedInputs,
  id: string,
): Promise<SnapshotContent> {
  const { testSet, task, ...rules } = phase;
  const { counting, heldBack, versions } = entries;
  const inStratum = new Set(listStrata(testSet.strata).find((stratum) => stratum.id === id)?.cases);
  const metrics = stratumMetrics(phase);
  const leftOut = heldBack.map((isHeldBack, index) => isHeldBack || !inStratum.has(index));
  const evaluations = counting.map(({ evaluation }) => evaluation.id);
  const values = { evaluations, caseCount: testSet.caseCount, heldBack: leftOut };
  const recordedOf = await readRecordedValues(db, { task, metrics }, values);
  const recorded = analyzeRecorded({
    ...{ ...rules, task, metrics },
    submissions: counting.map(({ evaluation, ...submission }) => ({
      ...submission,
      ...recordedOf(evaluation.id),
    })),
    worst: testSet.worst,
    replicates: REPLICATES,
  });
  if (!recorded) return emptyContent();
  const { better } = requireMetric(task, metrics[0]!.metric);
  const beside = { baselines: entries.baselines, heldBack: leftOut };
  const baselines = await scoreBaselines(db, { ...phase, metrics }, beside);
  const ranked = { ...describeAnalysis(recorded), baselines, strata: [] };
  const described = describeSnapshot(ranked, entries, better);
  const failedOf = new Map(recorded.submissions.map(({ id, cases }) => [id, cases.filter(isFailed).length]));
  return {
    ...{ ...described, versions },
    // The line over time is of all cases.
    rows: described.rows.map((row) => ({ ...row, failed: failedOf.get(row.id)!, history: [] })),
  };
}

function isFailed(result: CaseResult): boolean {
  return result === 'failed';
}
