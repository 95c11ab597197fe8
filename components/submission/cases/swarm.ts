/**
 * Beeswarm layout of one lane: dots are placed next to each other instead of overlapping. Deterministic.
 *
 * @param shares positions along the axis, from 0 to 1, in any order
 * @param options.dot width of a dot as a fraction of the axis
 * @param options.rows rows of dots that fit on either side of the middle; if more are needed, rows move closer
 * @returns positions across the lane, from −1 to 1, in the order of `shares`
 */
export function swarm(shares: readonly number[], { dot, rows }: { dot: number; rows: number }): number[] {
  const taken: number[][] = [];
  const rowOf = shares.map(() => 0);
  let widest = rows;
  for (const index of scattered(shares)) {
    const share = shares[index]!;
    const step = freeStep(taken, share, dot);
    taken[step] ??= [];
    taken[step].push(share);
    const row = rowAt(step);
    rowOf[index] = row;
    widest = Math.max(widest, Math.abs(row));
  }
  return rowOf.map((row) => row / widest);
}

/**
 * Indices in an order that is spread evenly over the axis by the golden ratio. In ascending order, the rows would
 * fill up in stripes.
 */
function scattered(shares: readonly number[]): number[] {
  const ascending = shares.map((_, index) => index).sort((a, b) => shares[a]! - shares[b]! || a - b);
  const keys = ascending.map((index, place) => ({ index, key: (place * 0.618033988749895) % 1 }));
  return keys.sort((a, b) => a.key - b.key).map(({ index }) => index);
}

function freeStep(taken: readonly number[][], share: number, dot: number): number {
  const step = taken.findIndex((row) => row.every((other) => Math.abs(other - share) >= dot));
  return step < 0 ? taken.length : step;
}

/** 0, 1, −1, 2, −2, … */
function rowAt(step: number): number {
  const distance = Math.ceil(step / 2);
  return step % 2 === 1 ? distance : 0 - distance;
}
