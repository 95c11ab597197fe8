import { prepareTauB } from './kendall.ts';

/** Share of the replicates at each rank, from rank 1; one row per submission. */
export function rankShares(ranks: readonly Float64Array[]): Float64Array[] {
  return ranks.map((row) => {
    const shares = new Float64Array(ranks.length);
    for (const rank of row) shares[rank - 1]!++;
    return shares.map((often) => often / row.length);
  });
}

/**
 * Mean of Kendall’s τ-b between replicate and full ranking. Replicates that are one tie are left out; null if all are, or
 * the full ranking is.
 */
export function meanTau(full: Float64Array, ranks: readonly Float64Array[]): number | null {
  const tauB = prepareTauB(full);
  const replicate = new Float64Array(full.length);
  let sum = 0;
  let known = 0;
  for (let r = 0; r < (ranks[0]?.length ?? 0); r++) {
    for (let s = 0; s < replicate.length; s++) replicate[s] = ranks[s]![r]!;
    const tau = tauB(replicate);
    if (tau === null) continue;
    sum += tau;
    known += 1;
  }
  return known === 0 ? null : sum / known;
}

/**
 * Probability that the order of two neighbors on the leaderboard is false: the share of replicates in which the lower one
 * has the better score; equal scores count half.
 *
 * @param scores per submission, of all replicates; lower is better.
 * @param order indices of the submissions down the leaderboard.
 * @returns one less than there are submissions: of the first and second, the second and third, and so on.
 */
export function falseOrder(scores: readonly Float64Array[], order: readonly number[]): number[] {
  return order.slice(1).map((lower, place) => {
    const [above, below] = [scores[order[place]!]!, scores[lower]!];
    let reversed = 0;
    for (let r = 0; r < above.length; r++) {
      if (below[r]! < above[r]!) reversed += 1;
      else if (below[r] === above[r]) reversed += 0.5;
    }
    return reversed / above.length;
  });
}
