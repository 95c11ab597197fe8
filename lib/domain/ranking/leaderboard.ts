import { aggregateThenRank, type RankingMethod } from './aggregate-then-rank.ts';
import { bootstrapOverCases } from './bootstrap.ts';
import { type RankedMetric, type RankedSubmission, scoreTable } from './table.ts';

/** The ranking methods by name. */
const RANKING_METHODS = {
  'aggregate-then-rank': aggregateThenRank,
} as const satisfies Record<string, RankingMethod>;
export type RankingMethodName = keyof typeof RANKING_METHODS;

export interface RankedRow {
  id: string;
  /** An integer from 1; ties share the lowest rank. */
  rank: number;
  /** 95% interval over the replicates. */
  rankInterval: [number, number];
  /** Weighted mean of the metric ranks, rounded to 10 decimals. */
  meanRank: number;
  /** Cases without any score: crash, time-out, no output, rejected output. */
  failed: number;
  /** In the order of the metrics. */
  scores: RankedScore[];
}

export interface RankedScore {
  metric: string;
  /** Mean over all cases that count, with failed ones at the worst value; null if none counts. */
  mean: number | null;
  /** 95% interval over the replicates. */
  interval: [number, number] | null;
  rank: number | null;
  /** Cases that took the worst value: failed ones and those without a value. */
  failed: number;
}

export interface LeaderboardInput {
  /** One per team, selected by `countingSubmissions`. */
  submissions: readonly RankedSubmission[];
  /** At least one has a weight above 0. */
  metrics: readonly RankedMetric[];
  method?: RankingMethodName;
  replicates?: number;
  /** The phase's seed. */
  seed: number;
}

/**
 * Ranks the submissions of a leaderboard and computes the uncertainty (scoring.md, "Ranking").
 * @returns rows by rank; equal ranks in the order of `submissions`.
 */
export function rankLeaderboard({
  submissions,
  metrics,
  method = 'aggregate-then-rank',
  replicates = 1000,
  seed,
}: LeaderboardInput): RankedRow[] {
  if (submissions.length === 0) return [];
  const table = scoreTable(submissions, metrics);
  if (table.caseCount === 0) throw new Error('A leaderboard needs at least one case.');
  const rank = RANKING_METHODS[method];
  const ranking = rank(table, new Uint32Array(table.caseCount).fill(1));
  const { rankIntervals, meanIntervals } = bootstrapOverCases(table, rank, { replicates, seed });
  const rows = submissions.map(
    ({ id, cases }, s): RankedRow => ({
      id,
      rank: ranking.ranks[s]!,
      rankInterval: rankIntervals[s]!,
      meanRank: ranking.meanRanks[s]!,
      failed: cases.filter((result) => result === 'failed').length,
      scores: table.columns.map((column, m) => ({
        metric: column.metric.metric,
        mean: ranking.metrics[m]?.means[s] ?? null,
        interval: meanIntervals[m]?.[s] ?? null,
        rank: ranking.metrics[m]?.ranks[s] ?? null,
        failed: column.failed[s]!,
      })),
    }),
  );
  return rows.sort((left, right) => left.rank - right.rank);
}
