import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import type { RankingAnalysis } from '#lib/domain/ranking/analysis.ts';
import { RANKING_VARIANTS, type RankingVariant } from '#lib/domain/ranking/methods/variants.ts';
import { type PairTests, significantDirection } from '#lib/domain/ranking/significance/pair-tests.ts';
import { summarizeMetric } from './analyze.ts';
import type { RankInput } from './rank-input.ts';
import type { Scores } from './read-scores.ts';
import type { Stratum } from './read-strata.ts';

export interface Ranked {
  input: RankInput;
  scores: Scores;
  strata: readonly Stratum[];
  analysis: RankingAnalysis;
  method: RankingVariant;
  seed: number;
}

/**
 * The JSON of `heldout rank` in parts, with a line for each submission, pair and stratum: 500 submissions have 124,750 pairs
 * for each metric, which no string should hold at once.
 */
export function* rankJson(ranked: Ranked): Generator<string> {
  const { input, analysis, method, seed } = ranked;
  const { uncertainty } = analysis;
  const replicates = uncertainty?.replicates ?? 0;
  const head = { method, seed, replicates, cases: input.cases.length, tau: uncertainty?.tau ?? null };
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n`;
  yield* list('submissions', submissionsOf(ranked), ',');
  yield* list('pairs', pairsOf(ranked), ',');
  yield* list('strata', strataOf(ranked), '');
  yield '}\n';
}

function* list(name: string, items: Iterable<unknown>, end: string): Generator<string> {
  yield `  ${JSON.stringify(name)}: [`;
  let separator = '\n';
  for (const item of items) {
    yield `${separator}    ${JSON.stringify(item)}`;
    separator = ',\n';
  }
  yield `${separator === '\n' ? '' : '\n  '}]${end}\n`;
}

/** Down the leaderboard. */
function* submissionsOf({ input, scores, analysis, method }: Ranked): Generator<unknown> {
  const { ranking, order, rankRanges, tiers, wins, uncertainty } = analysis;
  const all = Uint32Array.from(input.cases.keys());
  const metricScores = ranking.metricScores();
  const key = metricScoreKey(method);
  for (const s of order) {
    yield {
      id: input.submissions[s],
      rank: ranking.ranks[s],
      rankRange: rankRanges[s],
      bootstrapRanks: uncertainty?.bootstrapRanks[s] ?? null,
      tier: tiers[s],
      wins: wins[s],
      score: ranking.scores[s],
      interval: uncertainty?.scoreIntervals[s] ?? null,
      rankShares: uncertainty ? [...uncertainty.rankShares[s]!] : null,
      scores: Object.fromEntries(
        input.metrics.map(({ name }, m) => {
          const value = metricScores[m]?.[s];
          const interval = uncertainty?.metricIntervals[m]?.[s] ?? null;
          const score = {
            [key]: value === undefined ? null : roundScore(value),
            interval: interval?.map(roundScore),
            rank: analysis.metricRanks[m]?.[s] ?? null,
            summary: summarizeMetric(input, scores, { s, m, of: all }),
          };
          return [name, score];
        }),
      ),
    };
  }
}

function metricScoreKey(method: RankingVariant): 'mean' | 'median' | 'meanRank' | 'winShare' {
  const { method: name, summary } = RANKING_VARIANTS[method];
  if (name === 'RANK_THEN_AGGREGATE') return 'meanRank';
  if (name === 'TEST_BASED') return 'winShare';
  return summary === 'MEAN' ? 'mean' : 'median';
}

function* pairsOf({ input, analysis: { tests } }: Ranked): Generator<unknown> {
  const families: [string, PairTests | null][] = [
    ['overall', tests.overall],
    ...input.metrics.map(({ name }, m): [string, PairTests | null] => [name, tests.metrics[m] ?? null]),
  ];
  for (const [metric, family] of families) {
    if (family) yield* pairsOfFamily(metric, family, input.submissions);
  }
}

function* pairsOfFamily(metric: string, tests: PairTests, ids: readonly string[]): Generator<unknown> {
  let pair = 0;
  for (let a = 0; a < ids.length; a++) {
    for (let b = a + 1; b < ids.length; b++, pair++) {
      const direction = significantDirection(tests, a, b);
      const better = direction === 0 ? null : ids[direction > 0 ? a : b];
      yield { metric, a: ids[a], b: ids[b], p: tests.p[pair], adjusted: tests.adjusted[pair], better };
    }
  }
}

function* strataOf({ input, scores, strata }: Ranked): Generator<unknown> {
  const caseIndex = new Map(input.cases.map((name, index) => [name, index]));
  for (const { name, of, cases } of strata) {
    const own = Uint32Array.from(cases, (one) => caseIndex.get(one)!);
    const summaries = (s: number) =>
      input.metrics.map((metric, m) => [metric.name, summarizeMetric(input, scores, { s, m, of: own })]);
    yield {
      name,
      of,
      cases: cases.length,
      scores: Object.fromEntries(input.submissions.map((id, s) => [id, Object.fromEntries(summaries(s))])),
    };
  }
}
