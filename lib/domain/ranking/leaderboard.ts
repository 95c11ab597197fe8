import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { aggregateThenRank } from './aggregate-then-rank.ts';
import { bootstrapOverCases } from './bootstrap.ts';
import { allCases, type RankingMethod } from './method.ts';
import { rankThenAggregate } from './rank-then-aggregate.ts';
import { REPLICATES } from './replicates.ts';
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

export interface LeaderboardInput {
  /** One per team, selected by `countingSubmissions`. */
  submissions: readonly RankedSubmission[];
  /** At least one has a weight above 0. */
  metrics: readonly RankedMetric[];
  /** `AGGREGATE_THEN_RANK` by default. */
  ranking?: PhaseRules['ranking'];
  /** `MEAN` by default. */
  summary?: PhaseRules['summary'];
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
  summary = 'MEAN',
  replicates = REPLICATES,
  seed,
}: LeaderboardInput): RankedRow[] {
  if (submissions.length === 0) return [];
  const table = scoreTable(submissions, metrics, summary);
  if (table.caseCount === 0) throw new Error('A leaderboard needs at least one case.');
  const ranker = RANKING_METHODS[method](table);
  const ranking = ranker.rank(allCases(table));
  const metricRanks = ranker.metricRanks();
  const { rankIntervals, valueIntervals } = bootstrapOverCases(table, ranker, { replicates, seed });
  const rows = submissions.map(
    ({ id, cases }, s): RankedRow => ({
      id,
      rank: ranking.ranks[s]!,
      rankInterval: rankIntervals[s]!,
      meanRank: ranking.meanRanks[s]!,
      failed: cases.filter((result) => result === 'failed').length,
      scores: table.columns.map((column, m) => ({
        metric: column.metric.metric,
        value: numberOrNull(ranking.values[m]?.[s]),
        interval: valueIntervals[m]![s]!,
        rank: metricRanks[m]?.[s] ?? null,
        failed: column.failed[s]!,
      })),
    }),
  );
  return rows.sort((left, right) => left.rank - right.rank);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
