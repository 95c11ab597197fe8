import type { Prisma } from '#prisma-client';
import type { Database } from '../database.ts';
import { holdLease, type Lease, notifyEvaluationChanged } from './lease.ts';

/** What one case came to. `metrics` is empty unless the case was scored. */
export interface CaseRecord {
  caseIndex: number;
  status: 'SCORED' | 'FAILED' | 'REJECTED';
  code: string | null;
  message: string | null;
  metrics: Readonly<Record<string, number | null>>;
  /** Metrics without a value whatever the prediction is: said of failed cases too. */
  undefinedMetrics: readonly string[];
  /** Names in the store of predictions, where the phase keeps them. */
  predictionBlob: string | null;
  mapBlob: string | null;
  seconds: number | null;
  peakMemoryBytes: number | null;
  exitCode: number | null;
  log: string | null;
}

/** The image is loaded and about to run under this ID. Throws LeaseLost. */
export async function recordImage(db: Database, lease: Lease, imageDigest: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await holdLease(tx, lease);
    await tx.$executeRaw`
      UPDATE "Evaluation" SET "imageDigest" = ${imageDigest}, "imageReadyAt" = coalesce("imageReadyAt", now())
      WHERE id = ${lease.evaluationId}::uuid`;
    await notifyEvaluationChanged(tx, lease.evaluationId);
  });
}

/** How many containers of the evaluation run at this moment. Throws LeaseLost. */
export async function recordRunning(db: Database, lease: Lease, runningCases: number): Promise<void> {
  await db.$transaction(async (tx) => {
    await holdLease(tx, lease);
    await setRunning(tx, lease, runningCases);
    await notifyEvaluationChanged(tx, lease.evaluationId);
  });
}

/** Without reading the row back, which Prisma's own update does. */
async function setRunning(tx: Prisma.TransactionClient, lease: Lease, runningCases: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Evaluation" SET "runningCases" = ${runningCases} WHERE id = ${lease.evaluationId}::uuid`;
}

/** Writes a case's result once: a second result for the same case changes nothing. Throws LeaseLost. */
export async function recordCase(
  db: Database,
  lease: Lease,
  record: CaseRecord,
  runningCases: number,
): Promise<void> {
  const { caseIndex, metrics, undefinedMetrics, peakMemoryBytes, ...rest } = record;
  await db.$transaction(async (tx) => {
    await holdLease(tx, lease);
    await tx.caseScore.upsert({
      where: { evaluationId_caseIndex: { evaluationId: lease.evaluationId, caseIndex } },
      create: {
        ...rest,
        evaluationId: lease.evaluationId,
        caseIndex,
        metrics: { ...metrics },
        undefinedMetrics: [...undefinedMetrics],
        peakMemoryBytes: peakMemoryBytes === null ? null : BigInt(Math.round(peakMemoryBytes)),
      },
      update: {},
    });
    await setRunning(tx, lease, runningCases);
    await notifyEvaluationChanged(tx, lease.evaluationId);
  });
}
