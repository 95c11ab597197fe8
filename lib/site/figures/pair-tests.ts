import type { RankingFigures } from '#lib/site/leaderboards/ranking-figures.ts';

/** The stored test of two submissions; null where it wasn't kept. */
export interface StoredTest {
  /** Adjusted for all pairs of the leaderboard. */
  p: number;
  /** 1 if the first submission is significantly better, −1 if the second is, 0 if neither. */
  better: number;
}

export function testOf(
  { submissions, pairs }: Pick<RankingFigures, 'submissions' | 'pairs'>,
  a: string,
  b: string,
): StoredTest | null {
  const [first, second] = [submissions.indexOf(a), submissions.indexOf(b)];
  const [low, high] = [Math.min(first, second), Math.max(first, second)];
  const k = pairs.submissionCount;
  if (low < 0 || high >= k || low === high) return null;
  const pair = low * k - (low * (low + 1)) / 2 + high - low - 1;
  const better = pairs.better[pair]!;
  return { p: pairs.adjusted[pair]!, better: first < second || better === 0 ? better : -better };
}
