import {
  type MetricVersions,
  type RescoringReport,
  rescoringReportSchema,
  versionsSchema,
} from '#lib/domain/evaluations/rescoring.ts';
import type { Database } from '#lib/platform/database.ts';
import type { Rescoring as RescoringColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

/** The rescoring of a phase that was published last; null without one. */
export async function readPublished(
  db: Database,
  phaseId: string,
): Promise<{ id: string; versions: MetricVersions } | null> {
  const row = await db.rescoring.findFirst({
    where: { phaseId, state: 'PUBLISHED' },
    orderBy: { decidedAt: 'desc' },
    select: { id: true, versions: true },
  });
  if (!row) return null;
  const column = { table: 'Rescoring', id: row.id, column: 'versions' };
  return { id: row.id, versions: parseColumn(versionsSchema, row.versions, column) };
}

/** Throws an Error if a column doesn't parse. */
export function rescoringFromRow<Row extends Pick<RescoringColumns, 'id' | 'report'>>(
  row: Row,
): Omit<Row, 'report'> & { report: RescoringReport } {
  const column = { table: 'Rescoring', id: row.id, column: 'report' };
  return { ...row, report: parseColumn(rescoringReportSchema, row.report, column) };
}
