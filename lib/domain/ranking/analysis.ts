import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { prepareSummaries, type Summarize } from '#lib/domain/ranking/averages/summaries.ts';
import { rankEachCase } from '#lib/domain/ranking/cases/case-ranks.ts';
import { type CaseComparison, compareCases, fullMeans } from '#lib/domain/ranking/cases/comparison.ts';
import {
  allCases,
  type MethodName,
  metricRanks,
  type Ranker,
  type Ranking,
} from '#lib/domain/ranking/methods/method.ts';
import { prepareRanker, ranksByVariant } from '#lib/domain/ranking/methods/rankers.ts';
import type { RankingVariant } from '#lib/domain/ranking/methods/variants.ts';
import { type AllTests, testAll } from '#lib/domain/ranking/significance/all-tests.ts';
import { countWins } from '#lib/domain/ranking/significance/pair-tests.ts';
import { assignTiers, leaderboardOrder } from '#lib/domain/ranking/significance/tiers.ts';
import { bootstrapOverCases, type Replicates } from '#lib/domain/ranking/uncertainty/bootstrap.ts';
import { falseOrder, meanTau, rankShares } from '#lib/domain/ranking/uncertainty/frequencies.ts';
import { firstInHalves } from '#lib/domain/ranking/uncertainty/half-splits.ts';
import { intervalsOfRows } from '#lib/domain/ranking/uncertainty/intervals.ts';
import { rankRanges, separateNone } from '#lib/domain/ranking/uncertainty/rank-ranges.ts';
import { separate } from '#lib/domain/ranking/uncertainty/separate.ts';
import { type CorrectedLead, correctLeader } from '#lib/domain/ranking/uncertainty/winners-curse.ts';
import { findKnown, knownAverages, type RankingMemory } from './memory.ts';
import { REPLICATES } from './replicates.ts';
import { type RankedMetric, type RankedSubmission, type ScoreTable, scoreTable } from './table.ts';

export interface AnalysisInput {
  /** The earlier one first. At least one, with at least one case. */
  submissions: readonly RankedSubmission[];
  /** At least one has a weight above 0. */
  metrics: readonly RankedMetric[];
  method: MethodName;
  /** What `AGGREGATE_THEN_RANK` ranks, and `MEAN` where another method ranks. */
  summary: PhaseRules['summary'];
  /** ≥ 1, 1,000 by default. */
  replicates?: number;
  /** The phase's seed. */
  seed: number;
  /** What the metrics have intervals of: what the method ranks them by, or their averages. `ranked` by default. */
  intervalsOf?: 'ranked' | 'averages';
  /** Of the last ranking of the phase: what is the same isn't computed again, and the analysis is no other. */
  memory?: RankingMemory | null;
  onProgress?: (progress: AnalysisProgress) => void;
}

export interface AnalysisProgress {
  step: 'tests' | 'replicates';
  done: number;
  total: number;
}

/** A ranking and how sure it is (scoring.md, "Ranking"). Everything per submission is in the order of the submissions. */
export interface RankingAnalysis {
  table: ScoreTable;
  ranking: Ranking;
  /** Ranks by each metric alone; null where the method can't rank by it. */
  metricRanks: (Float64Array | null)[];
  /** Mean or median of each metric, or its value over the set, in its unit; null where no case counts. */
  averages: (Float64Array | null)[];
  /** The ranks by every method, so that a reader sees whether the order depends on the choice. */
  ranksByVariant: Record<RankingVariant, Float64Array>;
  /** Indices of the submissions down the leaderboard. */
  order: number[];
  /** Simultaneous 95% confidence sets of the ranks. */
  rankRanges: [number, number][];
  /** Submissions whose range holds rank 1. */
  bestSet: number[];
  tiers: Uint32Array;
  /** Significant wins in the tests of the tiers. */
  wins: Uint32Array;
  tests: AllTests;
  /** From the bootstrap; null where no replicates are drawn. */
  uncertainty: Uncertainty | null;
  /** Mean of the compared values, on which ranges and tiers rest; lower is better. Null where nothing is compared. */
  compared: { of: CaseComparison['of']; means: Float64Array } | null;
  /** The mean of the leader's compared values, corrected for having been selected; null where it isn't known. */
  leader: (CorrectedLead & { of: CaseComparison['of'] }) | null;
  /** For the next ranking of the same phase. */
  memory: RankingMemory;
}

export interface Uncertainty {
  replicates: number;
  /** Middle 95% of the ranks. */
  bootstrapRanks: [number, number][];
  scoreIntervals: [number, number][];
  /** Per metric and submission, of `intervalsOf`. */
  metricIntervals: ([number, number] | null)[][];
  rankShares: Float64Array[];
  tau: number | null;
  /** Probability that the order of neighbors in `order` is false. */
  falseOrder: number[];
  /** In how many of 50 random halves of the cases a submission is first; null where the halves can't be ranked. */
  firstInHalves: Uint32Array | null;
}

/**
 * Ranks submissions and says how sure the ranking is.
 *
 * 100 submissions with 300 cases and 5 metrics take less than a second, 500 less than ten and
 * 400 MiB (`npm run bench:ranking`).
 */
export function analyzeRanking({
  submissions,
  metrics,
  method,
  summary,
  replicates = REPLICATES,
  seed,
  intervalsOf = 'ranked',
  memory = null,
  onProgress,
}: AnalysisInput): RankingAnalysis {
  const table = scoreTable(submissions, metrics, summary);
  if (table.caseCount === 0) throw new Error('A ranking needs at least one case.');
  const ids = submissions.map(({ id }) => id);
  const known = findKnown(memory, ids, table);
  const caseRanks = rankEachCase(table);
  const comparison = compareCases(table, method, caseRanks);
  const tests = testAll(table, comparison, { known, onProgress });
  const averages = knownAverages(known, { seed, replicates });
  const prepared = { caseRanks, tests: tests.metrics, summaries: prepareSummaries(table, averages) };
  const ranker = prepareRanker(table, method, prepared);
  const { ranking } = ranker;
  const ranksAverages = ranking.metricScoreIs === 'summary';
  const drawn = drawReplicates(table, ranker, {
    ...{ comparison, replicates, seed, known: averages, onProgress },
    summaries: intervalsOf === 'averages' && !ranksAverages ? prepared.summaries : null,
  });
  const means = comparison && fullMeans(table, comparison);
  const ranges = rankRanges(ranking.ranks, separate(table, { method, comparison, tests, drawn }));
  const { wins } = tests.overall ? countWins(tests.overall) : separateNone(table.submissionCount);
  const order = leaderboardOrder(ranking.ranks, wins);
  return {
    table,
    ranking,
    metricRanks: metricRanks(table, ranking),
    averages: prepared.summaries.map((summarize) => summarize(allCases(table))),
    ranksByVariant: ranksByVariant(table, prepared, { method, ranks: ranking.ranks }),
    order,
    rankRanges: ranges,
    bestSet: order.filter((s) => ranges[s]![0] === 1),
    tiers: tests.overall ? assignTiers(order, tests.overall) : new Uint32Array(order.length).fill(1),
    wins,
    tests,
    uncertainty: drawn && describeReplicates(table, ranker, { drawn, order, seed }),
    compared: comparison && means && { of: comparison.of, means },
    leader: comparison && drawn && correctedLeader(table, comparison, drawn, order[0]!),
    memory: {
      ...{ ids, table, seed, tests: tests.metrics },
      averages: ranksAverages || intervalsOf === 'averages' ? drawn : null,
    },
  };
}

function drawReplicates(
  table: ScoreTable,
  { resample }: Ranker,
  options: Required<Pick<AnalysisInput, 'replicates' | 'seed'>> & {
    comparison: CaseComparison | null;
    known: ReturnType<typeof knownAverages>;
    summaries: readonly Summarize[] | null;
    onProgress: AnalysisInput['onProgress'];
  },
): Replicates | null {
  if (resample === null) return null;
  const { onProgress, ...given } = options;
  return bootstrapOverCases(table, resample, {
    ...given,
    onProgress: (done) => onProgress?.({ step: 'replicates', done, total: given.replicates }),
  });
}

function describeReplicates(
  table: ScoreTable,
  { ranking, resample }: Ranker,
  { drawn, order, seed }: { drawn: Replicates; order: readonly number[]; seed: number },
): Uncertainty {
  // The value of a metric over the set is known for the replicates alone, not for half of the cases.
  const needsSets = ranking.metricScoreIs === 'summary' && table.columns.some(isRankedSet);
  return {
    replicates: drawn.count,
    bootstrapRanks: intervalsOfRows(drawn.ranks),
    scoreIntervals: intervalsOfRows(drawn.scores),
    metricIntervals: drawn.metricIntervals,
    rankShares: rankShares(drawn.ranks),
    tau: meanTau(ranking.ranks, drawn.ranks),
    falseOrder: falseOrder(drawn.scores, order),
    firstInHalves:
      needsSets || resample === null || table.caseCount < 2 ? null : firstInHalves(resample, table, seed),
  };
}

function isRankedSet({ over, metric }: ScoreTable['columns'][number]): boolean {
  return over === 'set' && metric.weight > 0;
}

function correctedLeader(
  table: ScoreTable,
  comparison: CaseComparison,
  { comparisonMeans }: Replicates,
  leader: number,
): RankingAnalysis['leader'] {
  const full = fullMeans(table, comparison);
  const corrected = full && comparisonMeans && correctLeader(comparison, comparisonMeans, full, leader);
  return corrected && { ...corrected, of: comparison.of };
}
