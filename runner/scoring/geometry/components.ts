import type { RunLengths } from './run-lengths.ts';

/**
 * Which voxels belong to one lesion: those that share a face (6), also an edge (18), or also a corner (26).
 */
export type Connectivity = 6 | 18 | 26;

export interface Components {
  count: number;
  /** Component of each run, 0 … count − 1, numbered by its first voxel in file order. */
  ofRun: Int32Array;
  /** Voxels of each component. */
  sizes: Int32Array;
}

/** Earlier rows whose runs may touch those of a row, and the allowed gap along x (0: runs must overlap). */
const NEIGHBORS: Readonly<Record<Connectivity, readonly { dy: number; dz: number; reach: 0 | 1 }[]>> = {
  6: [
    { dy: -1, dz: 0, reach: 0 },
    { dy: 0, dz: -1, reach: 0 },
  ],
  18: [
    { dy: -1, dz: 0, reach: 1 },
    { dy: 0, dz: -1, reach: 1 },
    { dy: -1, dz: -1, reach: 0 },
    { dy: 1, dz: -1, reach: 0 },
  ],
  26: [
    { dy: -1, dz: 0, reach: 1 },
    { dy: 0, dz: -1, reach: 1 },
    { dy: -1, dz: -1, reach: 1 },
    { dy: 1, dz: -1, reach: 1 },
  ],
};

/** Finds the connected components of a mask. */
export function componentsOf(runLengths: RunLengths, connectivity: Connectivity): Components {
  const parent = Int32Array.from(runLengths.row, (_, run) => run);
  const height = runLengths.shape[1];
  for (let run = 0; run < runLengths.row.length; run = runLengths.rowStart[runLengths.row[run]! + 1]!) {
    const row = runLengths.row[run]!;
    const y = row % height;
    for (const { dy, dz, reach } of NEIGHBORS[connectivity]) {
      const other = row + dy + dz * height;
      if (other >= 0 && y + dy >= 0 && y + dy < height) joinRows(runLengths, parent, row, other, reach);
    }
  }
  return number(runLengths, parent);
}

/** Unites touching runs of two rows. Both rows are sorted along x. */
function joinRows(
  runLengths: RunLengths,
  parent: Int32Array,
  rowA: number,
  rowB: number,
  reach: 0 | 1,
): void {
  const { start, end, rowStart } = runLengths;
  const endA = rowStart[rowA + 1]!;
  const endB = rowStart[rowB + 1]!;
  let a = rowStart[rowA]!;
  let b = rowStart[rowB]!;
  while (a < endA && b < endB) {
    if (end[a]! + reach <= start[b]!) a++;
    else if (end[b]! + reach <= start[a]!) b++;
    else {
      unite(parent, a, b);
      if (end[a]! < end[b]!) a++;
      else b++;
    }
  }
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}

/**
 * The earlier run becomes the root, so that one pass numbers components in the order of their first voxels.
 */
function unite(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

function number(runLengths: RunLengths, parent: Int32Array): Components {
  const ofRun = new Int32Array(parent.length);
  let count = 0;
  for (let run = 0; run < parent.length; run++) {
    ofRun[run] = parent[run] === run ? count++ : ofRun[rootOf(parent, run)]!;
  }
  const sizes = new Int32Array(count);
  for (let run = 0; run < parent.length; run++)
    sizes[ofRun[run]!]! += runLengths.end[run]! - runLengths.start[run]!;
  return { count, ofRun, sizes };
}
