import type { PlatformErrorCode, SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { Aggregate } from '#lib/domain/metrics/aggregate.ts';
import type { Database } from '#lib/platform/database.ts';
import { notifyEvaluationChanged } from '#lib/platform/notifications.ts';
import { type EvaluationQueue, sendEvaluation } from '#lib/platform/queue/queue.ts';
import { Prisma } from '#prisma-client';
import { changeHeld, holdLease, type Lease } from './lease.ts';

/** After so many returns to the queue without an end the evaluation FAILED by our fault, free of charge. */
export const MAX_REQUEUES = 20;
const MAX_PAUSE_SECONDS = 300;

export interface MetricScore extends Aggregate {
  metric: string;
  version: number;
}

const ended = Prisma.sql`"leaseToken" = NULL, "leaseExpiresAt" = NULL, "runningCases" = 0, "finishedAt" = now()`;

/** RUNNING → SCORED, with its scores, at once. Throws LeaseLost. */
export function finishScored(db: Database, lease: Lease, scores: readonly MetricScore[]): Promise<void> {
  const then = Prisma.sql`,
    scored AS (
      INSERT INTO "Score" ("evaluationId", metric, version, mean, sd, median, q1, q3, min, max, n, failed)
      SELECT held.id, score.*
      FROM held, jsonb_to_recordset(${JSON.stringify(scores)}::jsonb) AS score(
        metric text, version int, mean float8, sd float8, median float8, q1 float8, q3 float8, min float8,
        max float8, n int, failed int)
    )`;
  return changeHeld(db, lease, { set: Prisma.sql`${ended}, state = 'SCORED'`, then });
}

/** RUNNING → FAILED by what the team sent. Throws LeaseLost. */
export function finishFailed(
  db: Database,
  lease: Lease,
  failure: { code: SubmissionErrorCode; message: string },
): Promise<void> {
  return changeHeld(db, lease, { set: failed(failure) });
}

function failed({ code, message }: { code: string; message: string }): Prisma.Sql {
  return Prisma.sql`${ended}, state = 'FAILED', code = ${code}, message = ${message}`;
}

/**
 * RUNNING → QUEUED by a fault of the platform: what is scored stays scored, and another start goes on from
 * there, after a pause that grows. After MAX_REQUEUES it is FAILED. Throws LeaseLost.
 */
export async function handBack(
  db: Database,
  queue: EvaluationQueue,
  lease: Lease,
  failure: { code: PlatformErrorCode; message: string },
): Promise<void> {
  await db.$transaction(async (tx) => {
    await holdLease(tx, lease);
    await requeue(tx, queue, lease.evaluationId, failure);
  });
}

/**
 * Sends back to the queue what nobody works on any more: evaluations whose lease ran out, and those that
 * `runnerId` itself held when it was killed (it has just started, so it can't be working on them). While the
 * database was down nobody could renew: leases that ran out meanwhile last `graceSeconds` from its start.
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
  // A drained runner says nothing about the evaluation. A killed one may: what kills every runner must end.
  const increment = failure.code === 'RUNNER_STOPPED' ? 0 : 1;
  const { requeues } = await tx.evaluation.update({
    where: { id: evaluationId },
    data: {
      leaseToken: null,
      leaseExpiresAt: null,
      runningCases: 0,
      state: 'QUEUED',
      requeues: { increment },
      platformCode: failure.code,
    },
    select: { requeues: true },
  });
  if (requeues > MAX_REQUEUES) {
    await tx.$executeRaw`UPDATE "Evaluation" SET ${failed(failure)} WHERE id = ${evaluationId}::uuid`;
    await notifyEvaluationChanged(tx, evaluationId);
    return;
  }
  // None for the first, then 1, 3, 7, … seconds.
  const delaySeconds = increment === 0 ? 0 : Math.min(2 ** (requeues - 1) - 1, MAX_PAUSE_SECONDS);
  await sendEvaluation(queue, tx, evaluationId, { delaySeconds });
  await notifyEvaluationChanged(tx, evaluationId);
}
