import type { Transaction } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';
import { EVALUATION_QUEUED, EVALUATIONS } from './names.ts';

/**
 * Organizers hold a phase, a team or one evaluation (table Hold). A held job stays in the queue, at its place, but
 * its delivery is delayed until this time. Evaluations that run already go on.
 */
export const HELD_UNTIL = new Date('2200-01-01T00:00:00Z');

const LOCK = 'holds';

/** In SQL, whether a hold applies to the rows `evaluation`, `submission` and `phase`. */
const holdApplies = Prisma.sql`(hold."evaluationId" = evaluation.id OR hold."phaseId" = phase.id
  OR (hold."teamId" = submission."teamId" AND hold."challengeId" = phase."challengeId"))`;

/** Whether an evaluation that is about to be queued is held. No hold is set or released until the transaction ends. */
export async function isHeld(tx: Transaction, evaluationId: string): Promise<boolean> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${LOCK}, 0))`;
  const [row] = await tx.$queryRaw<{ held: boolean }[]>`
    SELECT EXISTS (SELECT FROM "Hold" hold WHERE ${holdApplies}) AS held
    FROM "Evaluation" evaluation
    JOIN "Submission" submission ON submission.id = evaluation."submissionId"
    JOIN "Phase" phase ON phase.id = submission."phaseId"
    WHERE evaluation.id = ${evaluationId}::uuid`;
  return row?.held ?? false;
}

/** Call it before holds are changed: until the transaction ends, no evaluation is queued. */
export async function lockHolds(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${LOCK}, 0))`;
}

/** Holds and releases the queued jobs of a challenge as its holds say. Returns how many changed. */
export async function applyHolds(tx: Transaction, challengeId: string): Promise<number> {
  const changed = await tx.$executeRaw`
    WITH queued AS (
      SELECT job.id, job.start_after >= ${HELD_UNTIL} AS "isHeld",
        EXISTS (SELECT FROM "Hold" hold WHERE ${holdApplies}) AS "shallBeHeld"
      FROM pgboss.job job
      JOIN "Evaluation" evaluation ON evaluation.id = (job.data->>'evaluationId')::uuid
      JOIN "Submission" submission ON submission.id = evaluation."submissionId"
      JOIN "Phase" phase ON phase.id = submission."phaseId"
      WHERE job.name = ${EVALUATIONS} AND job.state < 'active' AND phase."challengeId" = ${challengeId}::uuid
    )
    UPDATE pgboss.job job
    SET start_after = CASE WHEN queued."shallBeHeld" THEN ${HELD_UNTIL}::timestamptz ELSE now() END
    FROM queued
    WHERE job.name = ${EVALUATIONS} AND job.id = queued.id AND job.state < 'active'
      AND queued."isHeld" <> queued."shallBeHeld"`;
  await tx.$executeRaw`SELECT pg_notify(${EVALUATION_QUEUED}, '')`;
  return changed;
}
