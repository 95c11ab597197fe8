import { randomUUID } from 'node:crypto';
import type { Database } from '#lib/platform/database.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import { type Phase, phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { Prisma } from '#prisma-client';
import type { Lease } from './lease.ts';

/**
 * Takes a queued evaluation by one conditional update. null: somebody else has it, or it was cancelled, so
 * the job that named it has nothing left to do.
 */
export async function claimEvaluation(
  db: Database,
  { evaluationId, runnerId, leaseSeconds }: { evaluationId: string; runnerId: string; leaseSeconds: number },
): Promise<Lease | null> {
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
  return rows === 0 ? null : { evaluationId, token, seconds: leaseSeconds };
}

const parts = {
  submission: {
    include: { image: true, model: true, phase: { include: { testSet: { include: { cases: true } } } } },
  },
  caseScores: { select: { caseIndex: true } },
} satisfies Prisma.EvaluationInclude;

type TestSetRow = Prisma.TestSetGetPayload<{ include: { cases: true } }>;

/** What a runner needs to know to bring an evaluation that it holds to its scores. */
export interface ClaimedEvaluation {
  id: string;
  caseCount: number;
  /** Places of the cases that an earlier claim recorded. */
  recorded: number[];
  phase: Phase;
  testSet: ReturnType<typeof testSetFromRow<TestSetRow>>;
  /** Archives, by their names in the store. */
  image: { sha256: string };
  model: { sha256: string } | null;
}

/**
 * Reads a claimed evaluation: nobody but its holder adds to it. Apart from the claim, so that a holder who can't
 * read it has the lease to give it back. Throws an Error where a row doesn't parse or the phase has no test set.
 */
export async function readClaimed(db: Database, { evaluationId }: Lease): Promise<ClaimedEvaluation> {
  const row = await db.evaluation.findUniqueOrThrow({ where: { id: evaluationId }, include: parts });
  const { id, caseCount, caseScores, submission } = row;
  const { testSet, ...phase } = submission.phase;
  if (!testSet) throw new Error(`The phase of evaluation ${id} has no test set.`);
  return {
    id,
    caseCount,
    recorded: caseScores.map(({ caseIndex }) => caseIndex),
    phase: phaseFromRow(phase),
    testSet: testSetFromRow(testSet),
    image: submission.image,
    model: submission.model,
  };
}
