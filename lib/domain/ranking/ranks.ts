import { roundScore } from '#lib/domain/metrics/aggregate.ts';
import { ascendingOrder } from './order.ts';

/** The direction of a metric. */
export type Better = 'higher' | 'lower' | 'closer to 1';

/** A number that is lower for a better value. */
export function costOf(value: number, better: Better): number {
  if (better === 'lower') return value;
  return better === 'higher' ? -value : Math.abs(value - 1);
}

/**
 * Ranks scores from 1, rounded to 10 decimals; ties share the lowest rank (1, 2, 2, 4).
 *
 * @param scores of any number; NaN is a missing one, which ranks behind all others.
 * @returns integer ranks in the order of `scores`, written to `ranks` if it is given.
 */
export function rankScores(scores: Float64Array, better: Better, ranks?: Float64Array): Float64Array {
  const costs = new Float64Array(scores.length);
  for (let index = 0; index < costs.length; index++) {
    const cost = roundScore(costOf(scores[index]!, better));
    costs[index] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }
  return sharedRanks(costs, ranks);
}

/**
 * Ranks values from 1, the smallest first; ties share the lowest rank (1, 2, 2, 4).
 *
 * @param values without NaN, already rounded by `roundScore`.
 * @returns integer ranks in the order of `values`, written to `ranks` if it is given.
 */
export function sharedRanks(
  values: Float64Array,
  ranks: Float64Array = new Float64Array(values.length),
): Float64Array {
  const order = ascendingOrder(values);
  const count = values.length;
  let start = 0;
  while (start < count) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < count && values[order[end]!] === value) end++;
    for (let index = start; index < end; index++) ranks[order[index]!] = start + 1;
    start = end;
  }
  return ranks;
}
