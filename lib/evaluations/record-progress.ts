import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { Database } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';
import { changeHeld, type Lease } from './lease.ts';

/** What one case came to. `metrics` is empty unless the case was scored. */
export interface CaseRecord {
  caseIndex: number;
  status: 'SCORED' | 'FAILED' | 'REJECTED';
  code: SubmissionErrorCode | null;
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
export function recordImage(db: Database, lease: Lease, imageDigest: string): Promise<void> {
  const set = Prisma.sql`"imageDigest" = ${imageDigest}, "imageReadyAt" = coalesce("imageReadyAt", now())`;
  return changeHeld(db, lease, { set });
}

/** How many containers of the evaluation run at this moment. Throws LeaseLost. */
export function recordRunning(db: Database, lease: Lease, runningCases: number): Promise<void> {
  return changeHeld(db, lease, { set: runningIs(runningCases) });
}

/** Writes a case's result once: a second result for the same case changes nothing. Throws LeaseLost. */
export function recordCase(
  db: Database,
  lease: Lease,
  record: CaseRecord,
  runningCases: number,
): Promise<void> {
  const { caseIndex, status, code, message, seconds, exitCode, log, predictionBlob, mapBlob } = record;
  const metrics = JSON.stringify(record.metrics);
  const undefinedMetrics = [...record.undefinedMetrics];
  const peakMemoryBytes = record.peakMemoryBytes === null ? null : BigInt(Math.round(record.peakMemoryBytes));
  const then = Prisma.sql`,
    recorded AS (
      INSERT INTO "CaseScore" (
        "evaluationId", "caseIndex", status, code, message, metrics, "undefinedMetrics",
        "predictionBlob", "mapBlob", seconds, "peakMemoryBytes", "exitCode", log)
      SELECT id, ${caseIndex}::int, ${status}::"CaseStatus", ${code}, ${message}, ${metrics}::jsonb,
        ${undefinedMetrics}::text[], ${predictionBlob}, ${mapBlob}, ${seconds}::float8,
        ${peakMemoryBytes}::int8, ${exitCode}::int, ${log}
      FROM held
      ON CONFLICT DO NOTHING
    )`;
  return changeHeld(db, lease, { set: runningIs(runningCases), then });
}

function runningIs(containers: number): Prisma.Sql {
  return Prisma.sql`"runningCases" = ${containers}::int`;
}
