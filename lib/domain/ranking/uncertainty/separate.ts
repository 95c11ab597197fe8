import { type CaseComparison, fullMeans } from '#lib/domain/ranking/cases/comparison.ts';
import type { MethodName } from '#lib/domain/ranking/methods/method.ts';
import type { AllTests } from '#lib/domain/ranking/significance/all-tests.ts';
import type { PairTests } from '#lib/domain/ranking/significance/pair-tests.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import type { Replicates } from './bootstrap.ts';
import { type Separation, separateByBootstrap, separateByTests, separateNone } from './rank-ranges.ts';

/** Which submissions are better than which, by the method's own tests or by the replicates. */
export function separate(
  table: ScoreTable,
  given: {
    method: MethodName;
    comparison: CaseComparison | null;
    tests: AllTests;
    drawn: Replicates | null;
  },
): Separation {
  const { comparison, tests, drawn } = given;
  const nothing = separateNone(table.submissionCount);
  if (given.method === 'TEST_BASED') {
    const own = ownTests(table, tests);
    return own ? separateByTests(own) : nothing;
  }
  const full = comparison && fullMeans(table, comparison);
  if (!comparison || !full || !drawn?.comparisonMeans) return nothing;
  return separateByBootstrap(comparison, drawn.comparisonMeans, full);
}

/** With one ranked metric, the tests that `test-based` ranks by; with several, the tests of the tiers, which combine them. */
function ownTests({ columns }: ScoreTable, tests: AllTests): PairTests | null {
  const ranked = [...columns.keys()].filter((m) => columns[m]!.metric.weight > 0 && tests.metrics[m]);
  return ranked.length === 1 ? tests.metrics[ranked[0]!]! : tests.overall;
}
