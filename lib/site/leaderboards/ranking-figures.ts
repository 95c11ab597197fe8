import { z } from 'zod';
import type { RankingAnalysis } from '#lib/domain/ranking/analysis.ts';
import { pairOf, significantDirection } from '#lib/domain/ranking/significance/pair-tests.ts';

/** Tests of pairs are kept for the first teams only: their number grows with the square, and no map shows more. */
export const MAX_PAIRED = 100;

/** What only the figures show of a ranking, stored apart from the rows. In the order of the leaderboard. */
export const rankingFiguresSchema = z.object({
  /** IDs of the submissions. */
  submissions: z.array(z.string()),
  /** Of the bootstrap; 0 where none are drawn. */
  replicates: z.int(),
  /** Per submission: its best rank in the replicates, then in how many it has this rank, the next one, and so on. */
  rankCounts: z.array(z.array(z.int())),
  /** Tests of the first submissions, in pairs: (0, 1), (0, 2), … (1, 2), … */
  pairs: z.object({
    /** At most MAX_PAIRED. */
    submissionCount: z.int(),
    /** p-values, adjusted for all pairs of the leaderboard. */
    adjusted: z.array(z.number()),
    /** 1 if the first of the pair is significantly better, −1 if the second is, 0 if neither. */
    better: z.array(z.int()),
  }),
});
export type RankingFigures = z.infer<typeof rankingFiguresSchema>;

export const noFigures = (): RankingFigures => ({
  submissions: [],
  replicates: 0,
  rankCounts: [],
  pairs: { submissionCount: 0, adjusted: [], better: [] },
});

export function describeFigures(analysis: RankingAnalysis, ids: readonly string[]): RankingFigures {
  const { order, uncertainty } = analysis;
  const replicates = uncertainty?.replicates ?? 0;
  return {
    submissions: order.map((s) => ids[s]!),
    replicates,
    rankCounts: order.map((s) => (uncertainty ? countRanks(uncertainty.rankShares[s]!, replicates) : [])),
    pairs: describePairs(analysis),
  };
}

function countRanks(shares: Float64Array, replicates: number): number[] {
  const first = shares.findIndex((share) => share > 0);
  const last = shares.findLastIndex((share) => share > 0);
  const counts = Array.from(shares.subarray(first, last + 1), (share) => Math.round(share * replicates));
  return [first + 1, ...counts];
}

function describePairs({ order, tests: { overall } }: RankingAnalysis): RankingFigures['pairs'] {
  if (!overall) return noFigures().pairs;
  const first = order.slice(0, MAX_PAIRED);
  const pairs = first.flatMap((a, place) => first.slice(place + 1).map((b) => [a, b] as const));
  return {
    submissionCount: first.length,
    adjusted: pairs.map(([a, b]) => Number(overall.adjusted[pairOf(overall, a, b)]!.toPrecision(3))),
    better: pairs.map(([a, b]) => significantDirection(overall, a, b)),
  };
}
