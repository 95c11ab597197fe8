/** Values in ascending order, with groups of equal values. */
export interface Order {
  /** Index of each value. */
  places: Int32Array;
  /** Where each group ends in `places`. */
  groupEnds: Int32Array;
}

export function orderOf(values: Float64Array): Order {
  const places = Int32Array.from(values, (_, i) => i).sort((a, b) => compare(values[a]!, values[b]!));
  const groupEnds: number[] = [];
  for (let i = 1; i <= places.length; i++) {
    if (i === places.length || values[places[i]!] !== values[places[i - 1]!]) groupEnds.push(i);
  }
  return { places, groupEnds: Int32Array.from(groupEnds) };
}

/** The difference of two infinities is NaN. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
