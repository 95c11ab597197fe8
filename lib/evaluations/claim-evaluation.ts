import { randomUUID } from 'node:crypto';
import type { Database } from '#lib/platform/database.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import type { Prisma } from '#prisma-client';
import type { Lease } from './lease.ts';

const detail = {
  submission: {
    include: { image: true, model: true, phase: { include: { testSet: { include: { cases: true } } } } },
  },
  caseScores: { select: { caseIndex: true } },
} satisfies Prisma.EvaluationInclude;

export type EvaluationDetail = Prisma.EvaluationGetPayload<{ include: typeof detail }>;

export interface Claim {
  lease: Lease;
  evaluation: EvaluationDetail;
}

/**
 * Takes a queued evaluation by one conditional update. null: somebody else has it, or it was cancelled, so
 * the job that named it has nothing left to do.
 */
export async function claimEvaluation(
  db: Database,
  { evaluationId, runnerId, leaseSeconds }: { evaluationId: string; runnerId: string; leaseSeconds: number },
): Promise<Claim | null> {
  const token = randomUUID();
  const rows = await db.$executeRaw`
    WITH claimed AS (
      UPDATE "Evaluation"
      SET state = 'RUNNING', "runnerId" = ${runnerId}::uuid, "leaseToken" = ${token}::uuid,
          "leaseExpiresAt" = now() + make_interval(secs => ${leaseSeconds}),
          "startedAt" = coalesce("startedAt", now()), "runningCases" = 0
      WHERE id = ${evaluationId}::uuid AND state = 'QUEUED'
      RETURNING id
    )
    SELECT pg_notify(${EVALUATION_CHANGED}, id::text) FROM claimed`;
  if (rows === 0) return null;
  // Nobody but its holder adds to it from here on.
  const evaluation = await db.evaluation.findUniqueOrThrow({ where: { id: evaluationId }, include: detail });
  return { lease: { evaluationId, token, seconds: leaseSeconds }, evaluation };
}
