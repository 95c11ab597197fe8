import { type Aggregate, aggregateCases, type CaseValue } from '#lib/domain/metrics/aggregate.ts';
import { type AnalysisInput, analyzeRanking, type RankingAnalysis } from '#lib/domain/ranking/analysis.ts';
import { RANKING_VARIANTS, type RankingVariant } from '#lib/domain/ranking/methods/variants.ts';
import type { RankInput } from './rank-input.ts';
import type { Scores } from './read-scores.ts';

export interface RankOptions extends Required<Pick<AnalysisInput, 'replicates' | 'seed' | 'onProgress'>> {
  /** `--method` */
  method: RankingVariant;
}

export function analyzeScores(
  { submissions, cases, metrics }: RankInput,
  scores: Scores,
  { method, ...options }: RankOptions,
): RankingAnalysis {
  const caseIndex = new Map(cases.map((name, index) => [name, index]));
  return analyzeRanking({
    ...RANKING_VARIANTS[method],
    ...options,
    metrics: metrics.map(({ name, dropped, ...metric }) => ({
      ...metric,
      metric: name,
      undefinedCases: new Set(dropped.map((one) => caseIndex.get(one)!)),
    })),
    submissions: submissions.map((id, s) => ({
      id,
      cases: cases.map((_, c) =>
        Object.fromEntries(metrics.map(({ name }, m) => [name, valueAt(scores, m, s * cases.length + c)])),
      ),
    })),
  });
}

/** Aggregates a metric of a submission over some cases, those that are dropped left out. */
export function summarizeMetric(
  { cases, metrics }: RankInput,
  scores: Scores,
  { s, m, of }: { s: number; m: number; of: Uint32Array },
): Aggregate {
  const { worst, dropped } = metrics[m]!;
  const isDropped = new Set(dropped);
  const values = Array.from(of, (c): CaseValue => {
    return isDropped.has(cases[c]!) ? 'undefined' : valueAt(scores, m, s * cases.length + c);
  });
  return aggregateCases(values, worst);
}

function valueAt(scores: Scores, m: number, cell: number): number | null {
  const value = scores[m]![cell]!;
  return Number.isNaN(value) ? null : value;
}
