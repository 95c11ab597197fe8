import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';

export interface IndexedCase extends RecordedCase {
  /** Index in the test set, from 0. */
  caseIndex: number;
}

/**
 * The recorded cases of an evaluation, in the order of the test set; a case without a record counts as
 * failed.
 */
export function recordedCases(caseCount: number, recorded: readonly IndexedCase[]): RecordedCase[] {
  const cases = Array.from({ length: caseCount }, (): RecordedCase => {
    return { status: 'FAILED', metrics: {}, undefinedMetrics: [] };
  });
  for (const { caseIndex, status, metrics, undefinedMetrics } of recorded) {
    if (caseIndex < caseCount) cases[caseIndex] = { status, metrics, undefinedMetrics };
  }
  return cases;
}
