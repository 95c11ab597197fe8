import { z } from 'zod';
import type { IndexedCase } from '#lib/domain/evaluations/fill-missing-cases.ts';
import type { Database } from '#lib/platform/database.ts';
import type { CaseScore as CaseScoreColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

const metricsSchema = z.record(z.string(), z.number().nullable());

interface ParsedColumns {
  /** Empty unless the case was scored; null where the metric is undefined for the prediction. */
  metrics: z.infer<typeof metricsSchema>;
}

/** Throws an Error if a column doesn't parse. */
export function caseScoreFromRow<
  Row extends Pick<CaseScoreColumns, 'evaluationId' | 'caseIndex' | 'metrics'>,
>(row: Row): Omit<Row, keyof ParsedColumns> & ParsedColumns {
  const id = `${row.evaluationId}/${row.caseIndex}`;
  return {
    ...row,
    metrics: parseColumn(metricsSchema, row.metrics, { table: 'CaseScore', id, column: 'metrics' }),
  };
}

/** The recorded cases of these evaluations, by evaluation ID. */
export async function readRecordedCases(
  db: Database,
  evaluationIds: readonly string[],
): Promise<Map<string, IndexedCase[]>> {
  const rows = await db.caseScore.findMany({
    where: { evaluationId: { in: [...evaluationIds] } },
    select: { evaluationId: true, caseIndex: true, status: true, metrics: true, undefinedMetrics: true },
  });
  return Map.groupBy(rows.map(caseScoreFromRow), ({ evaluationId }) => evaluationId);
}

/** The names of the kept predictions of the cases that were scored, by case index. */
export async function readPredictionBlobs(db: Database, evaluationId: string): Promise<Map<number, string>> {
  const rows = await db.caseScore.findMany({
    where: { evaluationId, status: 'SCORED', predictionBlob: { not: null } },
    select: { caseIndex: true, predictionBlob: true },
  });
  return new Map(rows.map(({ caseIndex, predictionBlob }) => [caseIndex, predictionBlob!]));
}
