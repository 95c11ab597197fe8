import type { CaseValuesMatrix } from '#lib/domain/ranking/averages/means.ts';
import type { CaseComparison } from '#lib/domain/ranking/cases/comparison.ts';
import type { Known } from '#lib/domain/ranking/memory.ts';
import { costOf } from '#lib/domain/ranking/ranks.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { type KnownPairs, type PairTests, testPairs } from './pair-tests.ts';

export interface AllTests {
  /** Null where no case has a value of a ranked metric. */
  overall: PairTests | null;
  /** In the order of the metrics; null for a metric over the set, and where no case counts. */
  metrics: (PairTests | null)[];
}

/** Tests all pairs by each metric and by what is compared. Only the former are known from an earlier ranking. */
export function testAll(
  { columns, submissionCount }: ScoreTable,
  comparison: CaseComparison | null,
  {
    known,
    onProgress,
  }: {
    known: Known | null;
    onProgress: ((progress: { step: 'tests'; done: number; total: number }) => void) | undefined;
  },
): AllTests {
  const total = (columns.length + 1) * submissionCount;
  let before = 0;
  const test = (values: CaseValuesMatrix | null, pairs: KnownPairs | null) => {
    const tests =
      values?.counts.includes(1) === true
        ? testPairs(values, submissionCount, {
            known: pairs,
            onProgress: (done) => onProgress?.({ step: 'tests', done: before + done, total }),
          })
        : null;
    before += submissionCount;
    return tests;
  };
  return {
    metrics: columns.map((column, m) => {
      if (column.over === 'set') return test(null, null);
      const { values, counts, metric } = column;
      const tests = known?.memory.tests[m];
      const pairs = known && tests ? { tests, places: known.places } : null;
      return test({ counts, values: values.map((value) => costOf(value, metric.better)) }, pairs);
    }),
    overall: test(comparison, null),
  };
}
