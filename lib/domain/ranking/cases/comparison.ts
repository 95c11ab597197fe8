import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { type CaseValuesMatrix, weightedMeans } from '#lib/domain/ranking/averages/means.ts';
import { allCases, type MethodName } from '#lib/domain/ranking/methods/method.ts';
import { costOf } from '#lib/domain/ranking/ranks.ts';
import type { CaseColumn, ScoreTable } from '#lib/domain/ranking/table.ts';
import type { CaseRanks } from './case-ranks.ts';

/** What submissions are compared by on each case, in rank ranges and tiers. Lower is better. */
export interface CaseComparison extends CaseValuesMatrix {
  /** The values of one metric (negative where higher is better), or weighted means of metric ranks. */
  of: 'metric' | 'ranks';
}

/**
 * The values per case that rank ranges and tiers compare (scoring.md, "Rank range"): with one ranked metric and means that
 * metric's values, the worst value where a submission failed; otherwise the case's weighted mean of metric ranks. Where a
 * metric is dropped on a case, the remaining metrics share its weight. A case without any is left out.
 *
 * @returns null if no ranked metric has values per case.
 */
export function compareCases(
  table: ScoreTable,
  method: MethodName,
  caseRanks: CaseRanks,
): CaseComparison | null {
  const ranked = table.columns.filter(({ metric }) => metric.weight > 0);
  const [first] = ranked;
  if (ranked.length === 1 && first?.over === 'case' && ranksMeans(method, table.summary)) {
    const { better } = first.metric;
    // A mean of distances from 1 is not the distance of the mean.
    if (better !== 'closer to 1') return ofMetric(first, better);
  }
  return ofRanks(table, caseRanks);
}

function ranksMeans(method: MethodName, summary: PhaseRules['summary']): boolean {
  return method === 'AGGREGATE_THEN_RANK' && summary === 'MEAN';
}

function ofMetric({ values, counts }: CaseColumn, better: 'higher' | 'lower'): CaseComparison {
  return { of: 'metric', counts, values: values.map((value) => costOf(value, better)) };
}

function ofRanks(
  { columns, submissionCount, caseCount }: ScoreTable,
  caseRanks: CaseRanks,
): CaseComparison | null {
  const ranked = columns.flatMap(({ metric: { weight } }, m) => {
    const ranks = caseRanks[m] ?? null;
    return weight > 0 && ranks !== null ? [{ weight, ...ranks }] : [];
  });
  if (ranked.length === 0) return null;
  const values = new Float64Array(caseCount * submissionCount);
  const counts = new Uint8Array(caseCount);
  for (let c = 0; c < caseCount; c++) {
    const counted = ranked.filter((metric) => metric.counts[c] === 1);
    if (counted.length === 0) continue;
    counts[c] = 1;
    const weightSum = counted.reduce((sum, { weight }) => sum + weight, 0);
    const end = (c + 1) * submissionCount;
    for (let cell = c * submissionCount; cell < end; cell++) {
      let sum = 0;
      for (const metric of counted) sum += metric.weight * metric.values[cell]!;
      values[cell] = roundScore(sum / weightSum);
    }
  }
  return { of: 'ranks', values, counts };
}

/** The means of what is compared over all cases; null if none counts. */
export function fullMeans(table: ScoreTable, comparison: CaseComparison): Float64Array | null {
  return weightedMeans(comparison, table.submissionCount, allCases(table).counts);
}
