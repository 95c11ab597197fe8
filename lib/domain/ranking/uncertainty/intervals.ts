/** Share of the replicates below the lower end, and above the upper end, of a 95% interval. */
const TAIL_SHARE = 0.025;

/** The middle 95% of each row, which keeps its order. */
export function intervalsOfRows(rows: readonly Float64Array[]): [number, number][] {
  return rows.map((row) => middle95(row.slice()));
}

/** The middle 95% of the values that aren't NaN; null if there are none. Reorders `sample`. */
export function middleOfKnown(sample: Float64Array): [number, number] | null {
  let known = 0;
  for (const value of sample) if (!Number.isNaN(value)) sample[known++] = value;
  return known === 0 ? null : middle95(sample.subarray(0, known));
}

/**
 * The middle 95% of a sample: its k-th smallest and k-th largest value, where k is 2.5% of the sample rounded
 * down and at least 1 (25 of 1,000). Reorders `sample`.
 */
export function middle95(sample: Float64Array): [number, number] {
  const fromEnd = Math.max(1, Math.floor(sample.length * TAIL_SHARE));
  const low = fromEnd - 1;
  const high = sample.length - fromEnd;
  selectNth(sample, low, 0);
  // Everything from `low` on is at least as large as what is there.
  selectNth(sample, high, Math.min(low, high));
  return [sample[low]!, sample[high]!];
}

/**
 * Moves the value of rank `k` (from 0, ascending) to `values[k]`, with no larger one before it and no smaller
 * one behind it (quickselect, Hoare 1961). Those before `from` are known to be no larger than the rest.
 */
function selectNth(values: Float64Array, k: number, from: number): void {
  let left = from;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}
