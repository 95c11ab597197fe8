import type { RankingAnalysis } from './analysis.ts';
import { VARIANT_NAMES } from './methods/variants.ts';
import type { RankedSubmission } from './table.ts';

/** One submission of a leaderboard: its rank, how sure that is, and its scores. */
export interface RankedRow {
  id: string;
  /** An integer from 1; ties share the lowest rank. */
  rank: number;
  /** Simultaneous 95% confidence set of the rank. */
  rankRange: [number, number];
  /** From 1. In the same tier: not shown to be worse than its head. */
  tier: number;
  /** Weighted mean of the ranks, on metrics or on cases and metrics, rounded to 10 decimals. */
  meanRank: number;
  /** Mean of what ranges and tiers compare, lower is better; null where nothing is compared. */
  compared: number | null;
  /** In how many of 50 random halves of the cases it is first; null where halves can't be ranked. */
  firstInHalves: number | null;
  /** Ranks by every method, in the order of VARIANT_NAMES. */
  variantRanks: number[];
  /** Cases without any score: crash, time-out, no output, rejected output. */
  failed: number;
  /** In the order of the metrics. */
  scores: RankedScore[];
}

export interface RankedScore {
  metric: string;
  /**
   * Mean or median over all cases that count, with failed ones at the worst value, or the value over the set; null if no
   * case counts.
   */
  value: number | null;
  /** 95% interval over the replicates; null if there is no value, or its replicates aren't known. */
  interval: [number, number] | null;
  /** By this metric alone; null if no case counts for it, or the method can't rank by it. */
  rank: number | null;
  /** Cases that took the worst value: failed ones and those without a value. */
  failed: number;
}

/**
 * The rows of a leaderboard, in its order.
 * @param analysis with intervals of the averages.
 * @param submissions of the analysis, in its order.
 */
export function rankedRows(
  { table, ranking, uncertainty, ...analysis }: RankingAnalysis,
  submissions: readonly RankedSubmission[],
): RankedRow[] {
  return analysis.order.map((s) => ({
    id: submissions[s]!.id,
    rank: ranking.ranks[s]!,
    rankRange: analysis.rankRanges[s]!,
    tier: analysis.tiers[s]!,
    meanRank: ranking.scores[s]!,
    compared: analysis.compared?.means[s] ?? null,
    firstInHalves: uncertainty?.firstInHalves?.[s] ?? null,
    variantRanks: VARIANT_NAMES.map((name) => analysis.ranksByVariant[name][s]!),
    failed: submissions[s]!.cases.filter((result) => result === 'failed').length,
    scores: table.columns.map((column, m) => ({
      metric: column.metric.metric,
      value: numberOrNull(analysis.averages[m]?.[s]),
      interval: uncertainty?.metricIntervals[m]?.[s] ?? null,
      rank: analysis.metricRanks[m]?.[s] ?? null,
      failed: column.failed[s]!,
    })),
  }));
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
