import { randomUUID } from 'node:crypto';
import type { Database } from '#lib/platform/database.ts';
import { EVALUATION_CHANGED } from '#lib/platform/notifications.ts';
import { type Phase, phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import type { Prisma } from '#prisma-client';
import type { Lease } from './lease.ts';

/**
 * Claims a queued evaluation with one conditional update. Returns null if another runner has claimed it or it
 * was cancelled; then there is nothing left to do for its job.
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

const include = {
  submission: {
    include: {
      image: true,
      model: true,
      phase: {
        include: {
          testSet: { include: { cases: true } },
          scorers: { orderBy: { version: 'desc' as const }, take: 1 },
        },
      },
    },
  },
  caseScores: { select: { caseIndex: true } },
} satisfies Prisma.EvaluationInclude;

type TestSetRow = Prisma.TestSetGetPayload<{ include: { cases: true } }>;

/** Everything that a runner needs to evaluate a submission. */
export interface ClaimedEvaluation {
  id: string;
  caseCount: number;
  /** Indexes of the cases that an earlier claim recorded. */
  recorded: number[];
  phase: Phase;
  testSet: ReturnType<typeof testSetFromRow<TestSetRow>>;
  /** Archives, by their names in the store. */
  image: { sha256: string };
  model: { sha256: string } | null;
  /** The organizers' latest scorer. */
  scorer: { sha256: string; signature: string; version: number } | null;
}

/**
 * Reads a claimed evaluation, which only the lease holder changes. Separate from the claim, so that a runner
 * that fails to read it already has the lease with which to hand it back. Throws an Error if a row doesn't
 * parse or the phase has no test set.
 */
export async function readClaimedEvaluation(
  db: Database,
  { evaluationId }: Lease,
): Promise<ClaimedEvaluation> {
  const row = await db.evaluation.findUniqueOrThrow({ where: { id: evaluationId }, include });
  const { id, caseCount, caseScores, submission } = row;
  const {
    testSet,
    scorers: [scorer = null],
    ...phase
  } = submission.phase;
  if (!testSet) throw new Error(`The phase of evaluation ${id} has no test set.`);
  return {
    id,
    caseCount,
    recorded: caseScores.map(({ caseIndex }) => caseIndex),
    phase: phaseFromRow(phase),
    testSet: testSetFromRow(testSet),
    image: submission.image,
    model: submission.model,
    scorer,
  };
}
