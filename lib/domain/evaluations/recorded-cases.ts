import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';

export interface CaseAtPlace extends RecordedCase {
  /** Place in the test set, from 0. */
  caseIndex: number;
}

/** What was recorded of an evaluation, in the order of the test set; a case of which nothing was counts as failed. */
export function recordedCases(caseCount: number, recorded: readonly CaseAtPlace[]): RecordedCase[] {
  const cases = Array.from({ length: caseCount }, (): RecordedCase => {
    return { status: 'FAILED', metrics: {}, undefinedMetrics: [] };
  });
  for (const { caseIndex, status, metrics, undefinedMetrics } of recorded) {
    if (caseIndex < caseCount) cases[caseIndex] = { status, metrics, undefinedMetrics };
  }
  return cases;
}
