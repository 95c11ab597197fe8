import { z } from 'zod';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';

const metricsSchema = z.record(z.string(), z.number().nullable());

interface CaseRow {
  caseIndex: number;
  status: RecordedCase['status'];
  metrics: unknown;
  undefinedMetrics: string[];
}

/** The rows of an evaluation's cases in the order of the test set; one that has no row counts as failed. */
export function recordedCases(caseCount: number, rows: readonly CaseRow[]): RecordedCase[] {
  const cases = Array.from({ length: caseCount }, (): RecordedCase => {
    return { status: 'FAILED', metrics: {}, undefinedMetrics: [] };
  });
  for (const { caseIndex, status, metrics, undefinedMetrics } of rows) {
    if (caseIndex >= caseCount) continue;
    cases[caseIndex] = { status, metrics: metricsSchema.parse(metrics), undefinedMetrics };
  }
  return cases;
}
