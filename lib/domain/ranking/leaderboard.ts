import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { aggregateThenRank } from './aggregate-then-rank.ts';
import { bootstrapOverCases } from './bootstrap.ts';
import { allCases, type RankingMethod } from './method.ts';
import { rankThenAggregate } from './rank-then-aggregate.ts';
import { type RankedMetric, type RankedSubmission, scoreTable } from './table.ts';

const RANKING_METHODS: Readonly<Record<PhaseRules['ranking'], RankingMethod>> = {
  AGGREGATE_THEN_RANK: aggregateThenRank,
  RANK_THEN_AGGREGATE: rankThenAggregate,
};

export interface RankedRow {
  id: string;
  /** An integer from 1; ties share the lowest rank. */
  rank: number;
  /** 95% interval over the replicates. */
  rankInterval: [number, number];
  /** Weighted mean of the ranks, on metrics or on cases and metrics, rounded to 10 decimals. */
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
  /** By this metric alone; null if no case counts for it. */
  rank: number | null;
  /** Cases that took the worst value: failed ones and those without a value. */
  failed: number;
}

export interface LeaderboardInput {
  /** One per team, selected by `countingSubmissions`. */
  submissions: readonly RankedSubmission[];
  /** At least one has a weight above 0. */
  metrics: readonly RankedMetric[];
  /** `AGGREGATE_THEN_RANK` by default. */
  ranking?: PhaseRules['ranking'];
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
  ranking: method = 'AGGREGATE_THEN_RANK',
  replicates = 1000,
  seed,
}: LeaderboardInput): RankedRow[] {
  if (submissions.length === 0) return [];
  const table = scoreTable(submissions, metrics);
  if (table.caseCount === 0) throw new Error('A leaderboard needs at least one case.');
  const ranker = RANKING_METHODS[method](table);
  const ranking = ranker.rank(allCases(table));
  const metricRanks = ranker.metricRanks();
  const { rankIntervals, meanIntervals } = bootstrapOverCases(table, ranker, { replicates, seed });
  const rows = submissions.map(
    ({ id, cases }, s): RankedRow => ({
      id,
      rank: ranking.ranks[s]!,
      rankInterval: rankIntervals[s]!,
      meanRank: ranking.meanRanks[s]!,
      failed: cases.filter((result) => result === 'failed').length,
      scores: table.columns.map((column, m) => ({
        metric: column.metric.metric,
        mean: ranking.means[m]?.[s] ?? null,
        interval: meanIntervals[m]?.[s] ?? null,
        rank: metricRanks[m]?.[s] ?? null,
        failed: column.failed[s]!,
      })),
    }),
  );
  return rows.sort((left, right) => left.rank - right.rank);
}
