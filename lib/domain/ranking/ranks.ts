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
  const ascending = values.slice().sort();
  const count = values.length;
  for (let index = 0; index < count; index++) {
    const value = values[index]!;
    const ahead = better === 'lower' ? countBelow(ascending, value) : count - countAtMost(ascending, value);
    ranks[index] = ahead + 1;
  }
  return ranks;
}

/** Number of values in `ascending` that are < value. */
function countBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of values in `ascending` that are ≤ value. */
function countAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
