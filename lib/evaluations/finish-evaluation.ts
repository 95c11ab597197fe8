import type { PlatformErrorCode, SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { MetricScore } from '#lib/domain/evaluations/metric-scores.ts';
import type { EncodedVolumes } from '#lib/domain/evaluations/volumes.ts';
import type { Database } from '#lib/platform/database.ts';
import { notifyEvaluationChanged, SCORES_CHANGED } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { Prisma } from '#prisma-client';
import { type Lease, lockLeasedEvaluation, updateLeasedEvaluation } from './lease.ts';

/** After more platform errors than this, an evaluation is FAILED with the last one. It uses no quota. */
export const MAX_REQUEUES = 20;
const MAX_RETRY_DELAY_SECONDS = 300;

const endColumns = Prisma.sql`"leaseToken" = NULL, "leaseExpiresAt" = NULL, "runningCases" = 0, "finishedAt" = now()`;

/** Values of cases that an organizer's scorer computed when all were done, by case index. */
export type CaseMetrics = ReadonlyMap<number, Readonly<Record<string, number>>>;

/**
 * RUNNING → SCORED. Writes the scores in the same statement, and announces that the phase's ranking is out of
 * date. Throws LeaseLost.
 */
export function finishScored(
  db: Database,
  lease: Lease,
  scores: readonly MetricScore[],
  { caseMetrics = new Map(), volumes = [] }: { caseMetrics?: CaseMetrics; volumes?: EncodedVolumes } = {},
): Promise<void> {
  const rows = scores.map(({ caseValues, replicates, ...score }) => {
    return { ...score, caseValues: base64(caseValues), replicates: base64(replicates) };
  });
  const volumeRows = volumes.map(({ metric, values }) => ({ metric, values: base64(values) }));
  const judged = [...caseMetrics].map(([caseIndex, metrics]) => ({ caseIndex, metrics }));
  const andThen = Prisma.sql`,
    score AS (
      SELECT updated.id, given.*
      FROM updated, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(
        metric text, version int, mean float8, sd float8, median float8, q1 float8, q3 float8, min float8,
        max float8, n int, failed int, "caseValues" text, replicates text)
    ),
    scored AS (
      INSERT INTO "Score"
        ("evaluationId", metric, version, mean, sd, median, q1, q3, min, max, n, failed, replicates)
      SELECT id, metric, version, mean, sd, median, q1, q3, min, max, n, failed, decode(replicates, 'base64')
      FROM score
    ),
    compact AS (
      INSERT INTO "CaseValues" ("evaluationId", metric, "values")
      SELECT id, metric, decode("caseValues", 'base64') FROM score WHERE "caseValues" IS NOT NULL
      UNION ALL
      SELECT updated.id, given.metric, decode(given.values, 'base64')
      FROM updated, jsonb_to_recordset(${JSON.stringify(volumeRows)}::jsonb) AS given(metric text, values text)
    ),
    judged AS (
      UPDATE "CaseScore" c SET metrics = given.metrics
      FROM updated, jsonb_to_recordset(${JSON.stringify(judged)}::jsonb) AS given("caseIndex" int, metrics jsonb)
      WHERE c."evaluationId" = updated.id AND c."caseIndex" = given."caseIndex" AND c.status = 'SCORED'
    ),
    ranked AS (
      UPDATE "Phase" SET "scoresVersion" = "scoresVersion" + 1
      FROM updated JOIN "Evaluation" e ON e.id = updated.id JOIN "Submission" s ON s.id = e."submissionId"
      WHERE "Phase".id = s."phaseId" AND s.standing <> 'REHEARSAL'
      RETURNING pg_notify(${SCORES_CHANGED}, "Phase".id::text)
    )`;
  return updateLeasedEvaluation(db, lease, { set: Prisma.sql`${endColumns}, state = 'SCORED'`, andThen });
}

function base64(bytes: Uint8Array | null | undefined): string | null {
  return bytes ? Buffer.from(bytes).toString('base64') : null;
}

/** RUNNING → FAILED with a submission error. Throws LeaseLost. */
export function finishFailed(
  db: Database,
  lease: Lease,
  failure: { code: SubmissionErrorCode; message: string },
): Promise<void> {
  return updateLeasedEvaluation(db, lease, { set: failedColumns(failure) });
}

function failedColumns({ code, message }: { code: string; message: string }): Prisma.Sql {
  return Prisma.sql`${endColumns}, state = 'FAILED', code = ${code}, message = ${message}`;
}

/**
 * RUNNING → QUEUED after a platform error. Recorded cases are kept, and the next claim continues from there
 * after a delay that grows with each requeue. After MAX_REQUEUES the evaluation is FAILED. Throws LeaseLost.
 */
export async function handBack(
  db: Database,
  queue: EvaluationQueue,
  lease: Lease,
  failure: { code: PlatformErrorCode; message: string },
): Promise<void> {
  await db.$transaction(async (tx) => {
    await lockLeasedEvaluation(tx, lease);
    await requeue(tx, queue, lease.evaluationId, failure);
  });
}

/**
 * Requeues evaluations that no runner works on: those whose lease has expired, and those that `runnerId`
 * itself held when it was killed (it has just started, so it can't be working on them). No runner can renew a
 * lease while the database is down, so leases that expired meanwhile stay valid for `graceSeconds` after its
 * start.
 */
export async function requeueAbandoned(
  db: Database,
  queue: EvaluationQueue,
  { runnerId, graceSeconds }: { runnerId: string | null; graceSeconds: number },
): Promise<string[]> {
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Evaluation"
      WHERE state = 'RUNNING' AND (
        ("leaseExpiresAt" < now()
          AND pg_postmaster_start_time() + make_interval(secs => ${graceSeconds}) < now())
        OR "runnerId" = ${runnerId}::uuid)
      FOR UPDATE SKIP LOCKED`;
    for (const { id } of rows) {
      await requeue(tx, queue, id, { code: 'LEASE_EXPIRED', message: 'The runner fell silent.' });
    }
    return rows.map(({ id }) => id);
  });
}

async function requeue(
  tx: Prisma.TransactionClient,
  queue: EvaluationQueue,
  evaluationId: string,
  failure: { code: PlatformErrorCode; message: string },
): Promise<void> {
  // Stopping a runner doesn't count, because it has nothing to do with the evaluation. A killed runner does:
  // an evaluation that kills every runner must end at some point.
  const isParked = failure.code === 'SCORER_FAILED';
  const increment = isParked || failure.code === 'RUNNER_STOPPED' ? 0 : 1;
  const { requeues } = await tx.evaluation.update({
    where: { id: evaluationId },
    data: {
      leaseToken: null,
      leaseExpiresAt: null,
      runningCases: 0,
      state: 'QUEUED',
      requeues: { increment },
      platformCode: failure.code,
      // What the organizers must mend; nobody else reads it.
      scorerProblem: failure.code === 'SCORER_FAILED' ? failure.message : null,
    },
    select: { requeues: true },
  });
  // It goes on when the organizers import another scorer (lib/site/scorers/import-scorer.ts).
  if (isParked) {
    await notifyEvaluationChanged(tx, evaluationId);
    return;
  }
  if (requeues > MAX_REQUEUES) {
    await tx.$executeRaw`UPDATE "Evaluation" SET ${failedColumns(failure)} WHERE id = ${evaluationId}::uuid`;
    await notifyEvaluationChanged(tx, evaluationId);
    return;
  }
  // No delay after the first requeue, then 1, 3, 7, … seconds.
  const delaySeconds = increment === 0 ? 0 : Math.min(2 ** (requeues - 1) - 1, MAX_RETRY_DELAY_SECONDS);
  await sendEvaluation(queue, tx, evaluationId, { delaySeconds });
  await notifyEvaluationChanged(tx, evaluationId);
}
