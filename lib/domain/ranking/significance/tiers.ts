import { type PairTests, significantDirection } from './pair-tests.ts';

/**
 * The order of a leaderboard: by rank, then by more wins in the tests of the tiers, then the earlier submission.
 * @returns indices of the submissions.
 */
export function leaderboardOrder(ranks: Float64Array, wins: Uint32Array): number[] {
  return [...ranks.keys()].sort((a, b) => ranks[a]! - ranks[b]! || wins[b]! - wins[a]! || a - b);
}

/**
 * Tiers from 1 down the leaderboard: the first submission that the head of a tier significantly beats heads the next one.
 * In the same tier means: not shown to be worse than its head.
 * @returns one tier per submission, in the order of the submissions.
 */
export function assignTiers(order: readonly number[], tests: PairTests): Uint32Array {
  const tiers = new Uint32Array(order.length);
  let head = order[0]!;
  let tier = 1;
  for (const submission of order) {
    if (significantDirection(tests, head, submission) > 0) {
      head = submission;
      tier += 1;
    }
    tiers[submission] = tier;
  }
  return tiers;
}
