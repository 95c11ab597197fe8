/**
 * p-values adjusted for all tests of one family (Holm 1979): in ascending order, the i-th of m is multiplied by m − i + 1,
 * and none is smaller than one before it; at most 1.
 *
 * @param pValues without NaN, in any order.
 * @returns adjusted values in the same order.
 */
export function holm(pValues: Float64Array): Float64Array {
  const sorted = pValues.toSorted();
  const count = sorted.length;
  const adjusted = new Float64Array(count);
  let largest = 0;
  for (let index = 0; index < count; index++) {
    largest = Math.max(largest, Math.min(1, sorted[index]! * (count - index)));
    adjusted[index] = largest;
  }
  // Equal p-values have the adjusted value of the first of them.
  return pValues.map((p) => adjusted[firstAtLeast(sorted, p)]!);
}

/**
 * The largest p-value whose adjusted value is at most α: those up to it are significant. −1 if there is none. Nothing is
 * sorted: with k significant ones, those at most α / (m − k) are significant too, until that adds none.
 */
export function holmCutoff(pValues: Float64Array, alpha: number): number {
  const count = pValues.length;
  let open = pValues;
  let cutoff = -1;
  for (let significant = 0; ; ) {
    const factor = count - significant;
    const left = open.filter((p) => p * factor > alpha);
    if (left.length === open.length) return cutoff;
    for (const p of open) if (p > cutoff && p * factor <= alpha) cutoff = p;
    significant = count - left.length;
    open = left;
  }
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
