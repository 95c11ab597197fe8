import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';

export interface IndexedCase extends RecordedCase {
  /** Index in the test set, from 0. */
  caseIndex: number;
}

/** The recorded cases in test set order. Cases without a record count as failed. */
export function fillMissingCases(caseCount: number, recorded: readonly IndexedCase[]): RecordedCase[] {
  const cases = Array.from({ length: caseCount }, (): RecordedCase => {
    return { status: 'FAILED', metrics: {}, undefinedMetrics: [] };
  });
  for (const { caseIndex, status, metrics, undefinedMetrics } of recorded) {
    if (caseIndex < caseCount) cases[caseIndex] = { status, metrics, undefinedMetrics };
  }
  return cases;
}
