import { ascendingOrder } from './order.ts';

/**
 * Ranks values from 1; ties share the lowest rank (1, 2, 2, 4).
 *
 * @param values finite values of any number, already rounded by `roundScore`.
 * @returns integer ranks in the order of `values`, written to `ranks` if it is given.
 */
export function sharedRanks(
  values: Float64Array,
  better: 'higher' | 'lower',
  ranks: Float64Array = new Float64Array(values.length),
): Float64Array {
  const order = ascendingOrder(values);
  const count = values.length;
  let start = 0;
  while (start < count) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < count && values[order[end]!] === value) end++;
    const rank = better === 'lower' ? start + 1 : count - end + 1;
    for (let index = start; index < end; index++) ranks[order[index]!] = rank;
    start = end;
  }
  return ranks;
}
