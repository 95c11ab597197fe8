import {
  type Durations,
  type ExpectedStart,
  expectedStarts,
  FAST_QUANTILE,
  SLOW_QUANTILE,
  type Working,
} from '#lib/domain/evaluations/expected-starts.ts';
import { SILENT_AFTER_MS } from '#lib/domain/runners/silence.ts';
import type { Database } from '#lib/platform/database.ts';
import { readQueueStart } from '#lib/platform/queue/read-queue.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { runnerFromRow } from '#lib/platform/rows/runner.ts';
import { type PhaseWithTestSet, withTestSet } from '#lib/site/challenges/phase-view.ts';
import { missingForPhase } from '#lib/site/console/runners-view.ts';
import type { Site } from '#lib/site/site.ts';

/** Starts further behind in the queue aren't expected. */
const MAX_PLAYED = 500;
/** How many of the latest scored submissions of a phase say how long one takes, and how few say nothing. */
const RECENT_EVALUATIONS = 50;
const FEWEST_EVALUATIONS = 3;

/** When the first queued evaluations of all challenges will probably start, by their IDs. */
export function readExpectedStarts(site: Site): Promise<ReadonlyMap<string, ExpectedStart>> {
  return site.expectedStarts.read('queue', async () => {
    const { db } = site;
    const [queue, current] = await Promise.all([readQueueStart(db, MAX_PLAYED), readRunning(db)]);
    if (queue.length === 0) return new Map();
    const phaseIds = [...new Set([...queue, ...current].map(({ phaseId }) => phaseId))];
    const [phases, durations] = await Promise.all([readPhases(db, phaseIds), readDurations(db, phaseIds)]);
    return expectedStarts(queue, await readWorking(site, phases, current), durations);
  });
}

/** Settings that a newer site has stored don't parse; nobody can say when such a phase is run. */
async function readPhases(db: Database, ids: readonly string[]): Promise<PhaseWithTestSet[]> {
  const rows = await db.phase.findMany({ where: { id: { in: [...ids] } }, include: withTestSet });
  return rows.flatMap((row) => {
    try {
      return [phaseFromRow(row)];
    } catch {
      return [];
    }
  });
}

async function readDurations(db: Database, phaseIds: readonly string[]): Promise<Map<string, Durations>> {
  const rows = await db.$queryRaw<{ id: string; count: number; fast: number; slow: number }[]>`
    SELECT phase.id, taken.*
    FROM unnest(${[...phaseIds]}::uuid[]) phase(id)
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS count,
        percentile_cont(${FAST_QUANTILE}::float8) WITHIN GROUP (ORDER BY seconds) AS fast,
        percentile_cont(${SLOW_QUANTILE}::float8) WITHIN GROUP (ORDER BY seconds) AS slow
      FROM (
        SELECT extract(epoch FROM ended."finishedAt" - ended."startedAt")::float8 AS seconds
        FROM "Submission" submitted JOIN "Evaluation" ended ON ended."submissionId" = submitted.id
        WHERE submitted."phaseId" = phase.id AND ended.state = 'SCORED'
        ORDER BY submitted.id DESC LIMIT ${RECENT_EVALUATIONS}
      ) recent
    ) taken`;
  return new Map(
    rows.filter(({ count }) => count >= FEWEST_EVALUATIONS).map(({ id, fast, slow }) => [id, { fast, slow }]),
  );
}

interface RunningRow extends NonNullable<Working['current']> {
  runnerId: string | null;
}

function readRunning(db: Database): Promise<RunningRow[]> {
  return db.$queryRaw<RunningRow[]>`
    SELECT evaluation."runnerId", submission."phaseId", submission."teamId",
      extract(epoch FROM now() - evaluation."startedAt")::float8 AS "elapsedSeconds",
      (evaluation."scoredCases" + evaluation."failedCases")::float8 / greatest(1, evaluation."caseCount") AS "doneShare"
    FROM "Evaluation" evaluation
    JOIN "Submission" submission ON submission.id = evaluation."submissionId"
    WHERE evaluation.state = 'RUNNING'`;
}

/** The runners that take work. */
async function readWorking(
  { db, now }: Site,
  phases: readonly PhaseWithTestSet[],
  current: readonly RunningRow[],
): Promise<Working[]> {
  const seenAfter = new Date(now().getTime() - SILENT_AFTER_MS);
  const rows = await db.runner.findMany({
    where: { lastSeenAt: { gte: seenAfter }, drainRequestedAt: null },
  });
  return rows
    .map((row) => runnerFromRow(row))
    .flatMap(({ id, capabilities, recipient, health }) => {
      if (!capabilities || health?.status === 'degraded' || health?.drainedAt) return [];
      const runner = { capabilities, recipient, health };
      const served = phases.filter((phase) => missingForPhase(phase, runner).length === 0);
      return [
        {
          phaseIds: new Set(served.map((phase) => phase.id)),
          current: current.find(({ runnerId }) => runnerId === id) ?? null,
        },
      ];
    });
}
