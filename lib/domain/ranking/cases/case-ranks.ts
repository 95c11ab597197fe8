import type { CaseValuesMatrix } from '#lib/domain/ranking/averages/means.ts';
import { rankScores } from '#lib/domain/ranking/ranks.ts';
import type { CaseColumn, ScoreTable } from '#lib/domain/ranking/table.ts';

/** Per metric, the ranks of the submissions on each case, arranged like the values; null for a metric over the set. */
export type CaseRanks = readonly (CaseValuesMatrix | null)[];

/**
 * Ranks the submissions on each case and metric. Ties share the lowest rank. A failed case ranks behind every value, so
 * failing never ranks like a bad attempt, whatever the metric's worst value is; failures tie.
 */
export function rankEachCase({ columns, submissionCount }: ScoreTable): CaseRanks {
  return columns.map((column) => (column.over === 'set' ? null : rankCases(column, submissionCount)));
}

function rankCases(
  { values, counts, missing, metric }: CaseColumn,
  submissionCount: number,
): CaseValuesMatrix {
  const scores = values.map((value, index) => (missing[index] === 1 ? Number.NaN : value));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += submissionCount) {
    const end = start + submissionCount;
    rankScores(scores.subarray(start, end), metric.better, ranks.subarray(start, end));
  }
  return { values: ranks, counts };
}
