import type { Triple } from '#runner/imaging/volume.ts';
import type { Surface } from './surface.ts';

/**
 * Surface elements grouped by position on two levels: blocks of 4 × 4 × 4 corners within super-blocks of 16 ×
 * 16 × 16. Coordinates and boxes are in mm, so distances need no scaling.
 */
export interface Blocks {
  count: number;
  /** Elements of block b are start[b] … start[b + 1] − 1. */
  start: Int32Array;
  /** Index of each element in the surface. */
  element: Int32Array;
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  /** Tight box of each block: x0, x1, y0, y1, z0, z1. */
  box: Float64Array;
  superCount: number;
  /** Blocks of super-block s are superStart[s] … superStart[s + 1] − 1. */
  superStart: Int32Array;
  superBox: Float64Array;
}

const BLOCK_SHIFT = 2;
const SUPER_SHIFT = 4;
/** Blocks in a super-block. A cell's number is its super-block's number times this, plus its index within. */
const BLOCKS_PER_SUPER = 64;

/** Groups all elements of a surface, or those listed. */
export function blocksOf(surface: Surface, listed: Int32Array | null, spacing: Triple): Blocks {
  const length = listed?.length ?? surface.length;
  const { cell, cellCount } = cellsOf(surface, listed, length);
  const { cellStart, start, superStart } = countCells(cell, cellCount);
  const element = new Int32Array(length);
  const x = new Float64Array(length);
  const y = new Float64Array(length);
  const z = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const e = listed === null ? i : listed[i]!;
    const at = cellStart[cell[i]!]!++;
    element[at] = e;
    x[at] = surface.x[e]! * spacing[0];
    y[at] = surface.y[e]! * spacing[1];
    z[at] = surface.z[e]! * spacing[2];
  }
  const count = start.length - 1;
  const superCount = superStart.length - 1;
  const box = new Float64Array(6 * count);
  for (let b = 0; b < count; b++) boundElements(box, 6 * b, x, y, z, start[b]!, start[b + 1]!);
  const superBox = new Float64Array(6 * superCount);
  for (let s = 0; s < superCount; s++) {
    boundElements(superBox, 6 * s, x, y, z, start[superStart[s]!]!, start[superStart[s + 1]!]!);
  }
  return { count, start, element, x, y, z, box, superCount, superStart, superBox };
}

/** The cell (position of a block on the grid) of each element. */
function cellsOf(surface: Surface, listed: Int32Array | null, length: number) {
  let [wide, high, deep] = [0, 0, 0];
  const cell = new Int32Array(length);
  for (let i = 0; i < surface.length; i++) {
    wide = Math.max(wide, surface.x[i]!);
    high = Math.max(high, surface.y[i]!);
    deep = Math.max(deep, surface.z[i]!);
  }
  wide = (wide >> SUPER_SHIFT) + 1;
  high = (high >> SUPER_SHIFT) + 1;
  deep = (deep >> SUPER_SHIFT) + 1;
  for (let i = 0; i < length; i++) {
    const e = listed === null ? i : listed[i]!;
    const x = surface.x[e]!;
    const y = surface.y[e]!;
    const z = surface.z[e]!;
    const superCell = ((z >> SUPER_SHIFT) * high + (y >> SUPER_SHIFT)) * wide + (x >> SUPER_SHIFT);
    const within =
      (((z >> BLOCK_SHIFT) & 3) << 4) | (((y >> BLOCK_SHIFT) & 3) << 2) | ((x >> BLOCK_SHIFT) & 3);
    cell[i] = superCell * BLOCKS_PER_SUPER + within;
  }
  return { cell, cellCount: wide * high * deep * BLOCKS_PER_SUPER };
}

/** The first index of each cell's elements, and the blocks and super-blocks that are not empty. */
function countCells(cell: Int32Array, cellCount: number) {
  const cellStart = new Int32Array(cellCount);
  for (let i = 0; i < cell.length; i++) cellStart[cell[i]!]! += 1;
  const start = [0];
  const superStart = [0];
  let elements = 0;
  for (let c = 0; c < cellCount; c++) {
    const here = cellStart[c]!;
    cellStart[c] = elements;
    elements += here;
    if (here > 0) start.push(elements);
    const endsSuper = (c + 1) % BLOCKS_PER_SUPER === 0;
    if (endsSuper && start.length - 1 > superStart[superStart.length - 1]!) superStart.push(start.length - 1);
  }
  return { cellStart, start: Int32Array.from(start), superStart: Int32Array.from(superStart) };
}

function boundElements(
  box: Float64Array,
  at: number,
  x: Float64Array,
  y: Float64Array,
  z: Float64Array,
  from: number,
  to: number,
): void {
  let [x0, x1, y0, y1, z0, z1] = [x[from]!, x[from]!, y[from]!, y[from]!, z[from]!, z[from]!];
  for (let i = from + 1; i < to; i++) {
    x0 = Math.min(x0, x[i]!);
    x1 = Math.max(x1, x[i]!);
    y0 = Math.min(y0, y[i]!);
    y1 = Math.max(y1, y[i]!);
    z0 = Math.min(z0, z[i]!);
    z1 = Math.max(z1, z[i]!);
  }
  box[at] = x0;
  box[at + 1] = x1;
  box[at + 2] = y0;
  box[at + 3] = y1;
  box[at + 4] = z0;
  box[at + 5] = z1;
}
