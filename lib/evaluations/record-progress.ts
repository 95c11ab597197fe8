import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { CaseStatus } from '#lib/domain/metrics/aggregate.ts';
import type { Database } from '#lib/platform/database.ts';
import { Prisma } from '#prisma-client';
import { type Lease, updateLeasedEvaluation } from './lease.ts';

/** The result of a case. `metrics` is empty unless the case was scored. */
export interface CaseRecord {
  caseIndex: number;
  status: CaseStatus;
  code: SubmissionErrorCode | null;
  message: string | null;
  metrics: Readonly<Record<string, number | null>>;
  /** Metrics that are undefined for any prediction. Recorded for failed cases too. */
  undefinedMetrics: readonly string[];
  /** Name in the prediction store; null unless the phase keeps predictions. */
  predictionBlob: string | null;
  /** Keyed hash of the outputs, as 32 hexadecimal digits; null for a case without a score. */
  outputMark: string | null;
  seconds: number | null;
  peakMemoryBytes: number | null;
  exitCode: number | null;
  log: string | null;
}

/** Records the ID of the loaded image, under which it is about to run. Throws LeaseLost. */
export function recordImage(db: Database, lease: Lease, imageDigest: string): Promise<void> {
  const set = Prisma.sql`"imageDigest" = ${imageDigest}, "imageReadyAt" = coalesce("imageReadyAt", now())`;
  return updateLeasedEvaluation(db, lease, { set });
}

/** Records how many containers of the evaluation are running. Throws LeaseLost. */
export function recordRunning(db: Database, lease: Lease, runningCases: number): Promise<void> {
  return updateLeasedEvaluation(db, lease, { set: setRunningCases(runningCases) });
}

/** Records the result of a case. A second result for the same case is ignored. Throws LeaseLost. */
export function recordCase(
  db: Database,
  lease: Lease,
  record: CaseRecord,
  runningCases: number,
): Promise<void> {
  const { caseIndex, status, code, message, seconds, exitCode, log, predictionBlob } = record;
  const metrics = JSON.stringify(record.metrics);
  const undefinedMetrics = [...record.undefinedMetrics];
  const peakMemoryBytes = record.peakMemoryBytes === null ? null : BigInt(Math.round(record.peakMemoryBytes));
  const andThen = Prisma.sql`,
    recorded AS (
      INSERT INTO "CaseScore" (
        "evaluationId", "caseIndex", status, code, message, metrics, "undefinedMetrics",
        "predictionBlob", seconds, "peakMemoryBytes", "exitCode", log)
      SELECT id, ${caseIndex}::int, ${status}::"CaseStatus", ${code}, ${message}, ${metrics}::jsonb,
        ${undefinedMetrics}::text[], ${predictionBlob}, ${seconds}::float8,
        ${peakMemoryBytes}::int8, ${exitCode}::int, ${log}
      FROM updated
      ON CONFLICT DO NOTHING
    )`;
  const set = Prisma.sql`${setRunningCases(runningCases)}, ${setCounts(record)}`;
  return updateLeasedEvaluation(db, lease, { set, andThen });
}

/** Counts the case, unless it was recorded before. The lease keeps everyone else from recording it meanwhile. */
function setCounts({ caseIndex, status, code, outputMark, seconds }: CaseRecord): Prisma.Sql {
  const isNew = Prisma.sql`NOT EXISTS (
    SELECT 1 FROM "CaseScore" WHERE "evaluationId" = "Evaluation".id AND "caseIndex" = ${caseIndex}::int)`;
  const spent = Prisma.sql`
    "containerSeconds" = "containerSeconds" + CASE WHEN ${isNew} THEN ${seconds ?? 0}::float8 ELSE 0 END`;
  if (status === 'SCORED') {
    const scored = Prisma.sql`${spent}, "scoredCases" = "scoredCases" + (${isNew})::int`;
    if (outputMark === null) return scored;
    // Evaluations with the same outputs have the same mark, in whatever order their cases ended.
    return Prisma.sql`${scored}, "outputMark" = CASE WHEN ${isNew}
      THEN coalesce("outputMark", B'0'::bit(128)) # ('x' || ${outputMark}::text)::bit(128)
      ELSE "outputMark" END`;
  }
  return Prisma.sql`${spent},
    "failedCases" = "failedCases" + (${isNew})::int,
    "caseCodes" = CASE
      WHEN ${code}::text IS NULL OR ${code}::text = ANY ("caseCodes") OR NOT ${isNew} THEN "caseCodes"
      ELSE "caseCodes" || ${code}::text END`;
}

function setRunningCases(containers: number): Prisma.Sql {
  return Prisma.sql`"runningCases" = ${containers}::int`;
}
