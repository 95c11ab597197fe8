import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { prepareSummaries } from '#lib/domain/ranking/averages/summaries.ts';
import { aggregateThenRank } from '#lib/domain/ranking/methods/aggregate-then-rank.ts';
import { allCases, metricRanks, type ResampledRanker } from '#lib/domain/ranking/methods/method.ts';
import { rankThenAggregate } from '#lib/domain/ranking/methods/rank-then-aggregate.ts';
import { bootstrapOverCases } from '#lib/domain/ranking/uncertainty/bootstrap.ts';
import { intervalsOfRows } from '#lib/domain/ranking/uncertainty/intervals.ts';
import { REPLICATES } from './replicates.ts';
import { type RankedMetric, type RankedSubmission, type ScoreTable, scoreTable } from './table.ts';

const RANKING_METHODS: Readonly<Record<PhaseRules['ranking'], (table: ScoreTable) => ResampledRanker>> = {
  AGGREGATE_THEN_RANK: aggregateThenRank,
  RANK_THEN_AGGREGATE: (table) => rankThenAggregate(table),
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
  const { ranking, resample } = RANKING_METHODS[method](table);
  const ranksByMetric = metricRanks(table, ranking);
  // What is shown is what was ranked, unless the method ranks something else.
  const summaries = ranking.metricScoreIs === 'summary' ? null : prepareSummaries(table);
  const sample = allCases(table);
  const values = summaries?.map((summarize) => summarize(sample)) ?? ranking.metricScores();
  const drawn = bootstrapOverCases(table, resample, { replicates, seed, summaries });
  const rankIntervals = intervalsOfRows(drawn.ranks);
  const rows = submissions.map(
    ({ id, cases }, s): RankedRow => ({
      id,
      rank: ranking.ranks[s]!,
      rankInterval: rankIntervals[s]!,
      meanRank: ranking.scores[s]!,
      failed: cases.filter((result) => result === 'failed').length,
      scores: table.columns.map((column, m) => ({
        metric: column.metric.metric,
        value: numberOrNull(values[m]?.[s]),
        interval: drawn.metricIntervals[m]![s]!,
        rank: ranksByMetric[m]?.[s] ?? null,
        failed: column.failed[s]!,
      })),
    }),
  );
  return rows.sort((left, right) => left.rank - right.rank);
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
