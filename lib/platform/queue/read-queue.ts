import type { Database } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';
import { HELD_UNTIL } from './holds.ts';
import { EVALUATIONS } from './names.ts';

/** In SQL, the queued jobs, including those whose delivery is delayed: the condition of pg-boss's own index. */
const isQueued = Prisma.sql`job.name = ${EVALUATIONS} AND job.state < 'active' AND NOT job.blocked`;
/** Rows of this are in the order in which their evaluations will run. */
const order = Prisma.sql`(-job.priority, job.created_on, job.id)`;

export interface QueuedEvaluation {
  /** Its key in the order. It is known for days after the evaluation has left the queue. */
  jobId: string;
  evaluationId: string;
  submissionId: string;
  phaseId: string;
  teamName: string;
  createdAt: Date;
  /** From 1, among all queued evaluations. */
  place: number;
  /** Whether organizers keep it from starting. */
  held: boolean;
}

/**
 * The queued evaluations of these phases in the order in which they will run: at most `limit` behind a job or
 * before it (the nearest first), or from the start.
 */
export async function readQueue(
  db: Database,
  phaseIds: readonly string[],
  { cursor, side, limit }: { cursor: string | null; side: 'behind' | 'before'; limit: number },
): Promise<QueuedEvaluation[]> {
  const isBefore = side === 'before';
  const compared = isBefore ? Prisma.sql`<` : Prisma.sql`>`;
  const direction = isBefore ? Prisma.sql`ORDER BY job.place DESC` : Prisma.sql`ORDER BY job.place`;
  const isInSlice =
    cursor === null
      ? Prisma.sql`TRUE`
      : Prisma.sql`job.key ${compared} (
          SELECT ${order} FROM pgboss.job WHERE job.name = ${EVALUATIONS} AND job.id = ${cursor}::uuid)`;
  return db.$queryRaw<QueuedEvaluation[]>`
    SELECT job.id AS "jobId", job.place::int, job.held, evaluation.id AS "evaluationId", evaluation."createdAt",
      submission.id AS "submissionId", submission."phaseId", team.name AS "teamName"
    FROM (
      SELECT job.id, job.place, job.held, job."evaluationId" FROM (
        SELECT job.id, job.start_after >= ${HELD_UNTIL} AS held, (job.data->>'evaluationId')::uuid AS "evaluationId", job.group_id, ${order} AS key,
          row_number() OVER (ORDER BY job.priority DESC, job.created_on, job.id) AS place
        FROM pgboss.job WHERE ${isQueued}
      ) job
      WHERE job.group_id = ANY (${[...phaseIds]}) AND ${isInSlice}
      ${direction} LIMIT ${limit}
    ) job
    JOIN "Evaluation" evaluation ON evaluation.id = job."evaluationId"
    JOIN "Submission" submission ON submission.id = evaluation."submissionId"
    JOIN "Team" team ON team.id = submission."teamId"
    ${direction}`;
}

/** The start of the queue, for playing it forward. */
export function readQueueStart(
  db: Database,
  limit: number,
): Promise<{ id: string; teamId: string; phaseId: string; isHeld: boolean }[]> {
  return db.$queryRaw`
    SELECT job.data->>'evaluationId' AS id, job.singleton_key AS "teamId", job.group_id AS "phaseId",
      job.start_after >= ${HELD_UNTIL} AS "isHeld"
    FROM pgboss.job WHERE ${isQueued}
    ORDER BY job.priority DESC, job.created_on, job.id LIMIT ${limit}`;
}

export async function readQueueLength(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<{ length: number }[]>`
    SELECT count(*)::int AS length FROM pgboss.job WHERE ${isQueued}`;
  return row!.length;
}

/** How many queued evaluations of a challenge are held. */
export async function countHeld(db: Database, challengeId: string): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM pgboss.job JOIN "Phase" phase ON phase.id = job.group_id::uuid
    WHERE ${isQueued} AND job.start_after >= ${HELD_UNTIL} AND phase."challengeId" = ${challengeId}::uuid`;
  return row!.count;
}

/** The place of an evaluation in the queue, from 1; null if it isn't queued or was just delivered. */
export async function readQueuePlace(
  db: Database,
  evaluationId: string,
): Promise<{ place: number; length: number } | null> {
  const [row] = await db.$queryRaw<{ place: number; length: number }[]>`
    WITH this AS (
      SELECT ${order} AS key FROM pgboss.job
      WHERE ${isQueued} AND job.data->>'evaluationId' = ${evaluationId} LIMIT 1
    )
    SELECT count(*) FILTER (WHERE ${order} <= this.key)::int AS place, count(*)::int AS length
    FROM pgboss.job CROSS JOIN this WHERE ${isQueued} HAVING count(*) > 0`;
  return row ?? null;
}
